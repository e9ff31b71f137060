package dev.aicortex.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.aicortex.model.ServerUrl;
import dev.aicortex.model.ValidationException;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** A command that asks a running AI Cortex. */
abstract class GatewayCommand extends OneShotCommand {
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
                    "A key of that AI Cortex, when it asks for one (default: $CORTEX_KEY, which no list of processes shows).")
    private @Nullable String key;

    CortexClient client() {
        ServerUrl address = address();
        String secret = given(key, System.getenv("CORTEX_KEY"));
        if (secret == null) {
            return new CortexClient(address);
        }
        if (!secret.matches("[!-~]+")) {
            throw wrongUsage(
                    "the key of --key or $CORTEX_KEY is empty or has a space or a character beyond ASCII; give it as cortex.keys has it");
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

    /** The words of the command line, or else standard input; never empty. */
    String prompt(List<String> words) {
        if (words.isEmpty() && Terminal.onBoth()) {
            err().println("Type the prompt and end it with Ctrl-D:");
        }
        boolean typed = words.isEmpty() || words.equals(List.of("-"));
        String prompt = (typed ? input() : String.join(" ", words)).stripTrailing();
        if (prompt.isEmpty()) {
            throw wrongUsage("the prompt is empty; give it as words or on standard input");
        }
        return prompt;
    }

    /** A question as OpenAI's API takes it, for an answer that streams. */
    static ObjectNode question(String model, @Nullable String system, String prompt) {
        ObjectNode body = Json.object().put("model", model).put("stream", true);
        ArrayNode messages = body.putArray("messages");
        if (system != null) {
            messages.addObject().put("role", "system").put("content", system);
        }
        messages.addObject().put("role", "user").put("content", prompt);
        return body;
    }
}
