package dev.aicortex.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * A chat as it is sent to a server: always as a stream, whether it is given out as one or whole.
 *
 * @param method {@code POST}
 * @param path {@code /api/chat}, after the server's address
 * @param body https://github.com/ollama/ollama/blob/main/docs/api.md describes it
 */
public record ApiRequest(String method, String path, JsonNode body) {
    /** The same request in Ollama's own format. */
    public static ApiRequest of(ChatRequest chat) {
        ObjectNode body = JsonNodeFactory.instance.objectNode().put("model", chat.model());
        ArrayNode messages = body.putArray("messages");
        chat.messages().forEach(message -> write(message, messages.addObject()));
        if (!chat.tools().isEmpty()) {
            ArrayNode tools = body.putArray("tools");
            chat.tools().forEach(tool -> write(tool, tools.addObject()));
        }
        chat.format().ifPresent(format -> body.set("format", format));
        chat.thinking().ifPresent(thinking -> body.set("think", thinking.json()));
        chat.keepAlive().ifPresent(time -> body.set("keep_alive", time.json()));
        if (!chat.options().isEmpty()) {
            body.putObject("options").setAll(chat.options());
        }
        // a copy: whoever gets it may change it, and the request must stay as it is
        return new ApiRequest("POST", "/api/chat", body.put("stream", true).deepCopy());
    }

    private static void write(Message message, ObjectNode to) {
        to.put("role", message.role().word()).put("content", message.content());
        if (!message.images().isEmpty()) {
            ArrayNode images = to.putArray("images");
            message.images().forEach(image -> images.add(image.base64()));
        }
        if (!message.toolCalls().isEmpty()) {
            ArrayNode calls = to.putArray("tool_calls");
            message.toolCalls()
                    .forEach(call ->
                            calls.addObject()
                                    .putObject("function")
                                    .put("name", call.name())
                                    .set("arguments", call.arguments()));
        }
        if (message.role() == Role.TOOL) {
            to.put("tool_name", message.toolName());
        }
    }

    private static void write(Tool tool, ObjectNode to) {
        to.put("type", "function")
                .putObject("function")
                .put("name", tool.name())
                .put("description", tool.description())
                .set("parameters", tool.parameters());
    }
}
