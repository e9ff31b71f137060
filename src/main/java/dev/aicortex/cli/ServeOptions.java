package dev.aicortex.cli;

import dev.aicortex.catalogue.Shipped;
import io.quarkus.runtime.ApplicationLifecycleManager;
import io.quarkus.runtime.Quarkus;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The flags of {@code serve}; each stands for a configuration key and wins over it. */
final class ServeOptions {
    @Option(
            names = "--server",
            paramLabel = "URL",
            description =
                    "An Ollama server, for example http://gpu-a:11434; repeatable (default:"
                            + " cortex.servers; without any, the one on localhost and those that"
                            + " the catalogue names).")
    private List<String> servers = List.of();

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
        if (!servers.isEmpty()) {
            System.setProperty("cortex.servers", String.join(",", servers));
        }
        set("quarkus.http.host", host);
        set("quarkus.http.port", port);
        set("cortex.demo", demo ? true : null);
        Shipped.readAhead();
        Quarkus.run(null, ServeOptions::ended);
        return 0;
    }

    /** Given one, Quarkus does not print what stopped the start: its own way is a stack trace. */
    private static void ended(int status, @Nullable Throwable failure) {
        if (failure != null) {
            System.err.println(StartFailure.line(failure));
        }
        ApplicationLifecycleManager.getDefaultExitCodeHandler().accept(status, failure);
    }

    private static void set(String key, @Nullable Object value) {
        if (value != null) {
            System.setProperty(key, value.toString());
        }
    }
}
