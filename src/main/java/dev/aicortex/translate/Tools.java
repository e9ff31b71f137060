package dev.aicortex.translate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** The functions that a model may call, for the dialects that do not nest them. */
final class Tools {
    private Tools() {}

    /**
     * Of all tools those that the client runs. What a provider runs on its own machines, a web
     * search above all, is left out: there is none here.
     *
     * @param ours the {@code type} of a tool that the client runs; an absent one is such too
     * @param schema the field with the parameters
     */
    static ArrayNode natively(Fields asked, String ours, String schema) {
        ArrayNode tools = Json.array();
        for (Fields tool : asked.objects("tools")) {
            String type = tool.word("type");
            if (type.isEmpty() || type.equals(ours)) {
                tools.add(function(tool, schema));
            }
        }
        return tools;
    }

    private static ObjectNode function(Fields tool, String schema) {
        ObjectNode holder = Json.object().put("type", "function");
        ObjectNode function = holder.putObject("function").put("name", tool.word("name"));
        set(function, "description", tool.text("description"));
        set(function, "parameters", tool.get(schema));
        return holder;
    }

    private static void set(ObjectNode to, String name, JsonNode value) {
        if (!value.isMissingNode()) {
            to.set(name, value);
        }
    }
}
