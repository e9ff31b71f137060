package dev.aicortex.cli;

import dev.aicortex.model.ServerUrl;
import dev.aicortex.model.ValidationException;
import java.io.PrintWriter;
import java.util.regex.Pattern;
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
    private static final String KEY_VARIABLE = "CORTEX_KEY";
    private static final Pattern SENDABLE = Pattern.compile("[!-~]+");
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

    @Option(
            names = "--key",
            paramLabel = "SECRET",
            description =
                    "A key of that AI Cortex, when it asks for one (default: $"
                            + KEY_VARIABLE
                            + ", which no list of processes shows).")
    private @Nullable String key;

    CortexClient client() {
        return CortexClient.of(with(address(), key(key, System.getenv(KEY_VARIABLE))));
    }

    private ServerUrl address() {
        try {
            return address(url, System.getenv(VARIABLE));
        } catch (ValidationException _) {
            String named = url == null ? "$" + VARIABLE : "--url " + withoutPassword(url);
            throw wrongUsage(named + " is not a URL; write http://host:port or https://host:port");
        }
    }

    /** A key goes where the URL's credentials would go, and wins over them. */
    private ServerUrl with(ServerUrl address, @Nullable String secret) {
        if (secret == null) {
            return address;
        }
        if (!SENDABLE.matcher(secret).matches()) {
            throw wrongUsage(
                    "the key of --key or $"
                            + KEY_VARIABLE
                            + " is empty or has a space or a character beyond ASCII; give it as"
                            + " cortex.keys has it");
        }
        return address.with("Bearer " + secret);
    }

    /** As with the URL: the flag first, and an empty variable counts as none. */
    static @Nullable String key(@Nullable String flag, @Nullable String variable) {
        return flag == null && variable != null && !variable.isBlank() ? variable : flag;
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
