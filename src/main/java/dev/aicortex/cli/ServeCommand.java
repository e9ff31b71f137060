package dev.aicortex.cli;

import dev.aicortex.catalogue.Shipped;
import dev.aicortex.config.ConfigErrors;
import dev.aicortex.model.ValidationException;
import io.quarkus.runtime.ApplicationLifecycleManager;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.QuarkusBindException;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.quarkus.runtime.util.ExceptionUtil;
import io.smallrye.config.ConfigValidationException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code aicortex serve}. */
@Command(
        name = "serve",
        description = "Starts the gateway.",
        mixinStandardHelpOptions = true,
        versionProvider = AicortexCommand.Version.class)
public final class ServeCommand implements Callable<Integer> {
    @Mixin private final Options options = new Options();

    ServeCommand() {}

    /** Runs the gateway until it is stopped, with no key set by a flag. */
    public static int asConfigured() {
        return new Options().serve();
    }

    @Override
    public Integer call() {
        return options.serve();
    }

    /** Each flag stands for a configuration key and wins over it. */
    static final class Options {
        @Option(
                names = "--server",
                paramLabel = "URL",
                description =
                        "An Ollama server, for example http://gpu-a:11434; repeatable (default: cortex.servers; without any, the one on localhost and those that the catalogue names).")
        private List<String> servers = List.of();

        @Option(
                names = "--config",
                paramLabel = "FILE",
                description = "The file with the configuration, in YAML (default: cortex.config).")
        private @Nullable Path config;

        @Option(
                names = "--host",
                paramLabel = "ADDRESS",
                description = "The address to listen on (default: 127.0.0.1).")
        private @Nullable String host;

        @Option(
                names = "--port",
                paramLabel = "PORT",
                description = "The port to listen on (default: 11435).")
        private @Nullable Integer port;

        @Option(
                names = "--demo",
                description = "Fronts a simulated fleet: made-up text, no GPU needed.")
        private boolean demo;

        /** Runs the gateway until it is stopped. */
        int serve() {
            set("cortex.servers", servers.isEmpty() ? null : String.join(",", servers));
            set("cortex.config", config);
            set("quarkus.http.host", host);
            set("quarkus.http.port", port);
            set("cortex.demo", demo ? true : null);
            Shipped.readAhead();
            Quarkus.run(null, Options::ended);
            return 0;
        }

        private static void set(String key, @Nullable Object value) {
            if (value != null) {
                System.setProperty(key, value.toString());
            }
        }

        /** Prints what stopped the start, for which Quarkus itself would print a stack trace. */
        private static void ended(int status, @Nullable Throwable failure) {
            if (failure != null) {
                String reason = reason(ExceptionUtil.getRootCause(failure));
                System.err.println(reason.replaceAll("\\s+", " ").strip());
            }
            ApplicationLifecycleManager.getDefaultExitCodeHandler().accept(status, failure);
        }

        private static String reason(Throwable cause) {
            String message = String.valueOf(cause.getMessage());
            return switch (cause) {
                case QuarkusBindException _ ->
                        "the gateway cannot listen: %s; choose another by --host and --port"
                                .formatted(message);
                case ConfigurationException _, ValidationException _ -> message;
                case ConfigValidationException _, IllegalArgumentException _ ->
                        ConfigErrors.text(cause);
                default ->
                        "the gateway does not start: %s (%s)"
                                .formatted(message, cause.getClass().getSimpleName());
            };
        }
    }
}
