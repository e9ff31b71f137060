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
        event(name, Json.text(data), to);
    }

    /** The same with all fields of the data in the order of their names. */
    static void sortedEvent(String name, JsonNode data, Buffer to) {
        event(name, Json.sortedText(data), to);
    }

    private static void event(String name, String data, Buffer to) {
        to.appendString("event: ").appendString(name).appendString("\ndata: ");
        to.appendString(data).appendString("\n\n");
    }
}
