package dev.aicortex.routing;

import dev.aicortex.fleet.Outcome;
import dev.aicortex.fleet.Reply;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Locale;

/** Whose fault a server's error answer is. The phrases are those of Ollama 0.20. */
public final class Replies {
    /** What Ollama says, with a 5xx, of requests that no server could serve. */
    private static final List<String> REQUESTS_FAULT =
            List.of(
                    "does not support",
                    "not supported",
                    "invalid",
                    "failed to parse",
                    "unmarshal",
                    "illegal base64",
                    "exceeds",
                    "must be",
                    "too long");

    /** What it says when the process, the card or the memory gave out. */
    private static final List<String> SERVERS_FAULT =
            List.of(
                    "runner",
                    "llama server",
                    "unexpected eof",
                    "cuda",
                    "rocm",
                    "out of memory",
                    "system memory",
                    "timed out",
                    "connection re",
                    "no such file");

    private Replies() {}

    /**
     * Judges an answer whose status is not 2xx.
     *
     * @return what it means for the attempt; a 5xx that could be either's fault is {@code Broken}
     *     with the reply
     */
    public static Outcome judge(Reply reply) {
        int status = reply.status();
        if (status == 404) {
            return judgeNotFound(reply);
        }
        if (status == 401 || status == 403 || status == 407) {
            return new Outcome.Lost("it refused the gateway's credentials: " + status);
        }
        if (status == 429) {
            return new Outcome.Full(reply);
        }
        if (status >= 500) {
            return judgeServerError(reply);
        }
        return status >= 400
                ? new Outcome.Rejected(reply)
                : Outcome.Broken.because("it answered " + status);
    }

    /**
     * An error that a server told only after it had answered with a 200: as the error answer that
     * it would have been.
     *
     * @param words the server's own
     */
    public static Reply late(String words) {
        String text = words.toLowerCase(Locale.ROOT);
        boolean busy = text.contains("server busy") || text.contains("pending requests");
        boolean missing = text.contains("model") && text.contains("not found");
        String body = new JsonObject().put("error", words).encode();
        return new Reply(busy ? 503 : missing ? 404 : 500, "application/json", Buffer.buffer(body));
    }

    /** An older server, or one that was built without a feature, answers a page in plain text. */
    private static Outcome judgeNotFound(Reply reply) {
        if (saysModelIsMissing(reply)) {
            return Outcome.Lost.MODEL;
        }
        return reply.contentType().startsWith("text/plain")
                ? Outcome.Lost.ROUTE
                : new Outcome.Rejected(reply);
    }

    private static Outcome judgeServerError(Reply reply) {
        String text = reply.text().toLowerCase(Locale.ROOT);
        String reason = "it answered " + reply.status();
        return switch (reply.status()) {
            case 501 -> new Outcome.Rejected(reply);
            case 503 ->
                    text.contains("busy") || text.contains("pending requests")
                            ? new Outcome.Full(reply)
                            : Outcome.Broken.because(reason);
            case 500 -> {
                if (containsAny(text, SERVERS_FAULT)) {
                    yield Outcome.Broken.because(reason);
                }
                yield containsAny(text, REQUESTS_FAULT)
                        ? new Outcome.Rejected(reply)
                        : Outcome.Broken.unclear(reason, reply);
            }
            default -> Outcome.Broken.because(reason);
        };
    }

    private static boolean saysModelIsMissing(Reply reply) {
        String text = reply.text().toLowerCase(Locale.ROOT);
        return text.contains("model") && text.contains("not found");
    }

    private static boolean containsAny(String text, List<String> phrases) {
        return phrases.stream().anyMatch(text::contains);
    }
}
