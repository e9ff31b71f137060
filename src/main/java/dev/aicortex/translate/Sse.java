package dev.aicortex.translate;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.buffer.Buffer;

/** Server-sent events. */
final class Sse {
    /** What ends a stream of chunks. */
    static final String DONE = "data: [DONE]\n\n";

    private Sse() {}

    static void data(JsonNode data, Buffer to) {
        to.appendString("data: ").appendString(Json.text(data)).appendString("\n\n");
    }

    static void event(String name, JsonNode data, Buffer to) {
        to.appendString("event: ").appendString(name).appendString("\n");
        data(data, to);
    }
}
