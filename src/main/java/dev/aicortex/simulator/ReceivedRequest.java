package dev.aicortex.simulator;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * A request as a simulated server received it.
 *
 * @param uri path and query, as sent
 * @param headers names in lower case; the values of a repeated header joined by {@code ", "}
 * @param body empty when it was longer than 1 MB
 * @param length the body's length in bytes, whether kept or not
 * @param sha256 of the body, in hexadecimal, whether kept or not
 * @param cancelled whether the client left before the answer's end
 */
public record ReceivedRequest(
        String method,
        String uri,
        Map<String, String> headers,
        Buffer body,
        int length,
        String sha256,
        boolean cancelled) {
    /** The body as UTF-8. */
    public String text() {
        return body.toString(StandardCharsets.UTF_8);
    }
}
