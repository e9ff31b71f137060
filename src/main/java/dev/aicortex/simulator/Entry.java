package dev.aicortex.simulator;

import dev.aicortex.model.Sha256;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request in the journal. What only a test asks for is worked out when it asks, so that the
 * benchmark does not pay for it.
 */
final class Entry {
    private static final int LONGEST_KEPT = 1 << 20;

    private final String method;
    private final String uri;
    private final MultiMap headers;
    private final Buffer body;
    private final int length;
    private final @Nullable String digestOfDropped;
    private volatile boolean cancelled;

    Entry(HttpServerRequest request, Buffer body) {
        boolean kept = body.length() <= LONGEST_KEPT;
        this.method = request.method().name();
        this.uri = request.uri();
        this.headers = request.headers();
        this.body = kept ? body : Buffer.buffer();
        this.length = body.length();
        this.digestOfDropped = kept ? null : Sha256.of(body.getBytes());
    }

    void cancel() {
        cancelled = true;
    }

    ReceivedRequest received() {
        String digest = digestOfDropped == null ? Sha256.of(body.getBytes()) : digestOfDropped;
        return new ReceivedRequest(method, uri, names(), body, length, digest, cancelled);
    }

    private Map<String, String> names() {
        Map<String, String> names = new HashMap<>();
        headers.forEach((name, value) ->
                names.merge(name.toLowerCase(Locale.ROOT), value, (a, b) -> a + ", " + b));
        return Map.copyOf(names);
    }
}
