package dev.aicortex.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aicortex.model.ServerUrl;
import dev.aicortex.model.ValidationException;
import java.io.IOException;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** A command that asks a running AI Cortex. */
abstract class GatewayCommand extends OneShotCommand {
    private static final Pattern SENDABLE = Pattern.compile("[!-~]+");
    private static final String DEFAULT_URL = "http://localhost:11435";

    @Option(
            names = "--url",
            paramLabel = "URL",
            description =
                    "Where AI Cortex listens (default: $CORTEX_URL, else " + DEFAULT_URL + ").")
    private @Nullable String url;

    @Option(
            names = "--key",
            paramLabel = "SECRET",
            description =
                    "A key of that AI Cortex, when it asks for one (default: $CORTEX_KEY, which no"
                            + " list of processes shows).")
    private @Nullable String key;

    CortexClient client() {
        ServerUrl address = address();
        String secret = given(key, System.getenv("CORTEX_KEY"));
        if (secret == null) {
            return new CortexClient(address);
        }
        if (!SENDABLE.matcher(secret).matches()) {
            throw wrongUsage(
                    "the key of --key or $CORTEX_KEY is empty or has a space or a character beyond"
                            + " ASCII; give it as cortex.keys has it");
        }
        return new CortexClient(address.with("Bearer " + secret)); // wins over the URL's own
    }

    private ServerUrl address() {
        try {
            return address(url, System.getenv("CORTEX_URL"));
        } catch (ValidationException _) {
            String named =
                    url == null ? "$CORTEX_URL" : "--url " + url.replaceAll("//.*@", "//***@");
            throw wrongUsage(named + " is not a URL; write http://host:port or https://host:port");
        }
    }

    static ServerUrl address(@Nullable String flag, @Nullable String variable) {
        return ServerUrl.of(Objects.requireNonNullElse(given(flag, variable), DEFAULT_URL));
    }

    /** The flag wins over the environment, in which an empty variable counts as none. */
    static @Nullable String given(@Nullable String flag, @Nullable String variable) {
        return flag == null && variable != null && !variable.isBlank() ? variable : flag;
    }

    /** Shows one document of the gateway, for people or as it is. */
    abstract static class Listing extends GatewayCommand {
        @Mixin private final Output output = new Output();

        @Override
        public Integer call() throws IOException {
            JsonNode document = ask(client());
            if (output.json()) {
                out().println(Json.line(document));
            } else {
                show(document);
            }
            return 0;
        }

        abstract JsonNode ask(CortexClient cortex) throws IOException;

        abstract void show(JsonNode document);
    }
}
