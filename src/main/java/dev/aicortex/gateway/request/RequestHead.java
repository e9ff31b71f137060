package dev.aicortex.gateway.request;

import dev.aicortex.relay.HopByHop;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpServerRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The head of a client's request, read in one pass: what the client says to the gateway, and what
 * servers get. Immutable once read.
 */
public final class RequestHead {
    private static final String OURS = "X-Cortex-";

    /**
     * Not for a server: the client's own address and credentials, a foreign Origin (which Ollama
     * refuses), compression (which would buffer a stream), and what the body's sender sets anew.
     */
    private static final HopByHop FORWARDED =
            new HopByHop(
                    "host",
                    "origin",
                    "referer",
                    "authorization",
                    "x-api-key",
                    "cookie",
                    "content-length",
                    "content-encoding",
                    "expect",
                    "accept-encoding",
                    "x-request-id");

    /** Names and values in turns. */
    private final List<String> forwarded = new ArrayList<>(16);

    private @Nullable String priority;
    private @Nullable String deadline;
    private @Nullable String session;
    private @Nullable String numCtx;
    private @Nullable String resume;
    private @Nullable String explain;

    private RequestHead() {}

    /** Of a chat that begins in this process. */
    public static RequestHead ofJson() {
        RequestHead head = new RequestHead();
        head.forward("Content-Type", "application/json");
        return head;
    }

    static RequestHead of(HttpServerRequest request) {
        RequestHead head = new RequestHead();
        FORWARDED.copy(request.headers(), head::add);
        String id = request.response().headers().get("x-request-id");
        if (id != null) {
            head.forward("x-request-id", id);
        }
        return head;
    }

    private void add(String name, String value) {
        if (!name.regionMatches(true, 0, OURS, 0, OURS.length()) || !noted(name, value)) {
            forward(name, value);
        }
    }

    private void forward(String name, String value) {
        forwarded.add(name);
        forwarded.add(value);
    }

    /** Whether it is for the gateway alone. */
    private boolean noted(String name, String value) {
        switch (name.toLowerCase(Locale.ROOT)) {
            case "x-cortex-session" -> session = first(session, value);
            case "x-cortex-num-ctx" -> numCtx = first(numCtx, value);
            case "x-cortex-resume" -> resume = first(resume, value);
            case "x-cortex-explain" -> explain = first(explain, value);
            case "x-cortex-priority" -> {
                priority = first(priority, value);
                return false; // a gateway behind this one has to know it too
            }
            case "x-cortex-deadline" -> {
                deadline = first(deadline, value);
                return false;
            }
            default -> {
                return false;
            }
        }
        return true;
    }

    private static String first(@Nullable String before, String value) {
        return before == null ? value : before;
    }

    /** Writes what a server gets. */
    void sendTo(HttpClientRequest to) {
        for (int i = 0; i < forwarded.size(); i += 2) {
            to.headers().add(forwarded.get(i), forwarded.get(i + 1));
        }
    }

    /** As sent, like those below; null where the client says nothing. */
    @Nullable String priority() {
        return priority;
    }

    @Nullable String deadline() {
        return deadline;
    }

    public @Nullable String session() {
        return session;
    }

    @Nullable String numCtx() {
        return numCtx;
    }

    @Nullable String resume() {
        return resume;
    }

    /** Whether the answer is to tell why its server was chosen. */
    public boolean explains() {
        return "1".equals(explain);
    }
}
