package dev.aicortex.routing;

import dev.aicortex.fleet.Outcome;
import dev.aicortex.fleet.Reply;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Whose fault a server's error answer is. The phrases are those of Ollama 0.20. */
public final class Replies {
    /** What Ollama says, with a 5xx, of requests that no server could serve. */
    private static final Pattern REQUESTS_FAULT =
            words(
                    "does not support|not supported|invalid|failed to parse|unmarshal|illegal base64"
                            + "|exceeds|must be|too long");

    /** What it says when the process, the card or the memory gave out. */
    private static final Pattern SERVERS_FAULT =
            words(
                    "runner|llama server|unexpected eof|cuda|rocm|out of memory|system memory"
                            + "|timed out|connection re\\w*|no such file");

    private static final Pattern BUSY = words("server busy|pending requests");
    private static final Pattern MODEL = words("model");
    private static final Pattern NOT_FOUND = words("not found");

    /** How Ollama's router answers a path, or a method, that it does not know. */
    private static final Set<String> NO_ROUTE =
            Set.of("404 page not found", "405 method not allowed");

    private Replies() {}

    /** In any case of letters. */
    private static Pattern words(String alternatives) {
        return Pattern.compile(alternatives, Pattern.CASE_INSENSITIVE);
    }

    private static boolean has(String words, Pattern pattern) {
        return pattern.matcher(words).find();
    }

    private static boolean modelIsMissing(String words) {
        return has(words, MODEL) && has(words, NOT_FOUND);
    }

    /** What gave out, of the words that we know: the rest may repeat a prompt or an answer. */
    private static String faults(String words) {
        return SERVERS_FAULT
                .matcher(words.toLowerCase(Locale.ROOT))
                .results()
                .map(MatchResult::group)
                .distinct()
                .collect(Collectors.joining(", "));
    }

    /**
     * An error that a server told only after it had answered with a 200: as the error answer that
     * it would have been.
     *
     * @param words the server's own
     */
    public static Reply late(String words) {
        int unlessBusy = modelIsMissing(words) ? 404 : 500;
        return Reply.error(has(words, BUSY) ? 503 : unlessBusy, words);
    }

    public static Outcome judgeLate(String words) {
        Outcome outcome = judge(late(words));
        return outcome instanceof Outcome.Broken broken
                ? new Outcome.Broken("it sent an error", broken.unclear())
                : outcome;
    }

    /**
     * Judges an answer whose status is not 2xx. Only what a model server itself wrote can be its
     * verdict on the request; what something before it wrote says nothing of other servers.
     *
     * @return what it means for the attempt; a 5xx that could be either's fault is {@code Broken}
     *     with the reply
     */
    public static Outcome judge(Reply reply) {
        int status = reply.status();
        Optional<String> words = reply.words().filter(said -> !repeatsStatus(said, status));
        return switch (status) {
            case 401, 407 -> new Outcome.Lost("it refused the gateway's credentials: " + status);
            case 403 -> new Outcome.Lost(forbidden(reply, words.isPresent()));
            case 408, 425 -> Outcome.Broken.because("it answered " + status);
            case 429 -> new Outcome.Full(reply);
            case 499 -> new Outcome.Lost("it gave the request up: 499");
            default -> {
                if (status < 400) {
                    yield Outcome.Broken.because("it answered " + status);
                }
                yield status < 500
                        ? words.map(said -> verdict(reply, said)).orElseGet(() -> foreign(reply))
                        : serverError(reply, words);
            }
        };
    }

    /** {@code {"error":"Not Found"}} is what frameworks say of a path that they do not know. */
    private static boolean repeatsStatus(String words, int status) {
        return words.equalsIgnoreCase(HttpResponseStatus.valueOf(status).reasonPhrase());
    }

    private static String forbidden(Reply reply, boolean inWords) {
        if (inWords) {
            return "it may not serve the request: 403";
        }
        return reply.body().length() == 0
                ? "it refused the address that it was asked at: 403 (OLLAMA_HOST and OLLAMA_ORIGINS set which it takes)"
                : "it refused the gateway's credentials: 403";
    }

    private static Outcome verdict(Reply reply, String words) {
        return reply.status() == 404 && modelIsMissing(words)
                ? Outcome.Lost.MODEL
                : new Outcome.Rejected(reply);
    }

    /** An older server, or one that was built without a feature, answers a page in plain text. */
    private static Outcome foreign(Reply reply) {
        int status = reply.status();
        boolean routeIsMissing = status == 404 || status == 405;
        if (routeIsMissing && NO_ROUTE.contains(reply.text().strip())) {
            return Outcome.Lost.ROUTE;
        }
        String from = "what stands before it, or is there in its place, answered " + status;
        return new Outcome.Lost(
                status == 413 ? from + ": it takes no body of this size" : from, status);
    }

    private static Outcome serverError(Reply reply, Optional<String> words) {
        Outcome broken = Outcome.Broken.because("it answered " + reply.status());
        return switch (reply.status()) {
            case 501 -> words.isPresent() ? new Outcome.Rejected(reply) : broken;
            case 503 ->
                    words.filter(said -> has(said, BUSY)).isPresent()
                            ? new Outcome.Full(reply)
                            : broken;
            case 500 -> {
                // a handler that fell over answers nothing at all
                boolean ofServer = reply.words().isPresent() || reply.body().length() == 0;
                String said = words.orElse("");
                if (has(said, SERVERS_FAULT)) {
                    yield Outcome.Broken.because("it answered 500: " + faults(said));
                }
                if (!ofServer) {
                    yield broken;
                }
                yield has(said, REQUESTS_FAULT)
                        ? new Outcome.Rejected(reply)
                        : Outcome.Broken.unclear("it answered 500", reply);
            }
            default -> broken;
        };
    }
}
