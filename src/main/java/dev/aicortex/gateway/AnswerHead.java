package dev.aicortex.gateway;

import dev.aicortex.fleet.Server;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What the head of an answer tells of the servers that were asked for it, as long as it has not
 * been sent.
 */
final class AnswerHead {
    private static final CharSequence SERVER = HttpHeaders.createOptimized("X-Cortex-Server");
    private static final CharSequence ATTEMPTS = HttpHeaders.createOptimized("X-Cortex-Attempts");
    private static final CharSequence MODEL = HttpHeaders.createOptimized("X-Cortex-Model");

    /** Milliseconds. */
    private static final CharSequence QUEUE_WAIT =
            HttpHeaders.createOptimized("X-Cortex-Queue-Wait");

    private static final CharSequence QUEUE_AHEAD =
            HttpHeaders.createOptimized("X-Cortex-Queue-Ahead");

    private static final CharSequence REMOVED = HttpHeaders.createOptimized("X-Cortex-Removed");

    /** A header cannot hold every name that JSON can. */
    private static final Pattern PRINTABLE = Pattern.compile("[\\x21-\\x7e]+");

    private final HttpServerResponse response;

    AnswerHead(HttpServerResponse response) {
        this.response = response;
    }

    /** By an answer, or by a heartbeat, which tells nothing of servers. */
    boolean sent() {
        return response.headWritten();
    }

    /** This server is asked for this model. */
    void asking(Server server, String model, int attempts) {
        if (sent()) {
            return;
        }
        response.putHeader(SERVER, server.url().toString())
                .putHeader(ATTEMPTS, Integer.toString(attempts));
        if (PRINTABLE.matcher(model).matches()) {
            response.putHeader(MODEL, model);
        } else {
            response.headers().remove(MODEL);
        }
    }

    /** This was taken out of the request. */
    void removed(Set<String> names) {
        if (!names.isEmpty()) {
            response.putHeader(REMOVED, String.join(", ", names));
        }
    }

    /** It waited for a place so long, behind so many. */
    void waited(long millis, int ahead) {
        if (!sent()) {
            response.putHeader(QUEUE_WAIT, Long.toString(millis))
                    .putHeader(QUEUE_AHEAD, Integer.toString(ahead));
        }
    }

    /** So many servers went on with the answer; told behind it. */
    void resumed(int times) {
        response.putTrailer(Resumption.RESUMED, Integer.toString(times));
    }

    void notResumed() {
        response.trailers().remove(Resumption.RESUMED);
    }

    /** Another server than the one that is asked now may answer. */
    void forget() {
        response.headers().remove(SERVER).remove(ATTEMPTS).remove(MODEL).remove(Explain.HEADER);
    }

    /** None of the servers that were asked answers. */
    void unanswered() {
        if (!sent()) {
            response.headers().remove(SERVER).remove(MODEL);
        }
    }

    /** The header is that of the OpenAI and Anthropic SDKs, which try every 5xx again. */
    void notToBeTriedAgain() {
        if (!sent()) {
            response.putHeader("x-should-retry", "false");
        }
    }

    /** Why the server was chosen. */
    void explain(String choice) {
        response.putHeader(Explain.HEADER, choice);
    }
}
