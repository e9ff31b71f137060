package dev.aicortex.translate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.buffer.Buffer;

/** The events of one streamed response, numbered in their order, and the items it has so far. */
final class ResponseEvents {
    private final ArrayNode output = Json.array();
    private int sequence;

    /** The items that are complete. */
    ArrayNode output() {
        return output;
    }

    /** An event about the whole response. */
    void send(String type, ObjectNode data, Buffer to) {
        data.put("type", type).put("sequence_number", sequence++);
        Sse.sortedEvent(type, data, to);
    }

    /** An event about the item that comes after the complete ones. */
    void sendOfItem(String type, ObjectNode data, Buffer to) {
        send(type, data.put("output_index", output.size()), to);
    }

    void added(ObjectNode item, Buffer to) {
        sendOfItem("response.output_item.added", Json.object().set("item", item), to);
    }

    void done(JsonNode item, Buffer to) {
        sendOfItem("response.output_item.done", Json.object().set("item", item), to);
        output.add(item);
    }

    /** A function call comes whole. */
    void call(Call call, Buffer to) {
        String id = Ids.numbered("fc_");
        String arguments = call.spelledArguments();
        added(ResponseItems.call(id, "in_progress", call, ""), to);
        String event = "response.function_call_arguments.";
        sendOfItem(event + "delta", item(id).put("delta", arguments), to);
        sendOfItem(event + "done", item(id).put("arguments", arguments), to);
        done(ResponseItems.call(id, "completed", call, arguments), to);
    }

    static ObjectNode item(String id) {
        return Json.object().put("item_id", id);
    }
}
