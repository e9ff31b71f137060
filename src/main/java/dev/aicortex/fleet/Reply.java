package dev.aicortex.fleet;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;

/**
 * A server's short answer that is not a stream: an error, as a rule.
 *
 * @param status HTTP status
 * @param contentType as sent, empty when absent
 * @param body at most {@code 64 KiB} of it
 */
public record Reply(int status, String contentType, Buffer body) {
    /** The body as text, to be looked at and never logged. */
    public String text() {
        return body.toString(StandardCharsets.UTF_8);
    }
}
