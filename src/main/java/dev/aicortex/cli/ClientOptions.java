package dev.aicortex.cli;

import dev.aicortex.model.ServerUrl;
import dev.aicortex.model.ValidationException;
import java.io.PrintWriter;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What every command that asks a running AI Cortex takes. */
@Command(mixinStandardHelpOptions = true, versionProvider = Version.class)
final class ClientOptions {
    private static final String VARIABLE = "CORTEX_URL";
    private static final String DEFAULT_URL = "http://localhost:11435";

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command = CommandSpec.create();

    @Option(
            names = "--url",
            paramLabel = "URL",
            description =
                    "Where AI Cortex listens (default: $"
                            + VARIABLE
                            + ", else "
                            + DEFAULT_URL
                            + ").")
    private @Nullable String url;

    CortexClient client() {
        try {
            return CortexClient.of(address(url, System.getenv(VARIABLE)));
        } catch (ValidationException _) {
            String named = url == null ? "$" + VARIABLE : "--url " + withoutPassword(url);
            throw wrongUsage(named + " is not a URL; write http://host:port or https://host:port");
        }
    }

    private static String withoutPassword(String text) {
        return text.replaceAll("//.*@", "//***@");
    }

    /** The flag wins over the environment, in which an empty variable counts as none. */
    static ServerUrl address(@Nullable String flag, @Nullable String variable) {
        if (flag != null) {
            return ServerUrl.of(flag);
        }
        return ServerUrl.of(variable == null || variable.isBlank() ? DEFAULT_URL : variable);
    }

    ParameterException wrongUsage(String message) {
        return new ParameterException(command.commandLine(), message);
    }

    /** Tells a person something that is no error. */
    void note(String text) {
        err().println("aicortex: " + ControlCharacters.inOneLine(text));
    }

    PrintWriter out() {
        return command.commandLine().getOut();
    }

    PrintWriter err() {
        return command.commandLine().getErr();
    }
}
