package dev.aicortex.translate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.aicortex.model.ValidationException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The input of {@code /v1/responses}, natively. A function call belongs to the assistant's message
 * before it, and a thought to the assistant's message after it.
 */
final class InputItems {
    private final Asked asked;
    private final ToolNames toolNames = new ToolNames();
    private final List<JsonNode> thoughts = new ArrayList<>();
    private final ArrayNode all = Json.array();
    private Saying assistant = new Saying("assistant");

    InputItems(Asked asked) {
        this.asked = asked;
    }

    ArrayNode all() throws IOException {
        Fields fields = asked.fields();
        Saying system = new Saying("system");
        text(fields, "instructions", system);
        system.addTo(all);
        JsonNode input = fields.get("input");
        if (Fields.isText(input)) {
            all.add(Json.object().put("role", "user").set("content", input));
        } else {
            items(fields.objects("input"));
        }
        return all;
    }

    private void items(List<Fields> items) throws IOException {
        if (items.isEmpty()) {
            throw new ValidationException(
                    "'input' is missing or empty; send a string or a list of items");
        }
        for (Fields item : items) {
            item(item);
        }
        endAssistant();
    }

    private void item(Fields item) throws IOException {
        String type = item.word("type");
        switch (type.isEmpty() && item.has("role") ? "message" : type) {
            case "message" -> message(item);
            case "reasoning" -> reasoning(item);
            case "function_call" -> call(item);
            case "function_call_output" -> result(item);
            default ->
                    throw ValidationException.of(
                            item.at("type"),
                            type,
                            "is no item that a server reads",
                            "send items of the types message, reasoning, function_call and function_call_output");
        }
    }

    private void message(Fields item) {
        Saying said = new Saying(Role.natively(item.word("role")));
        contents(item, "content", said);
        endAssistant();
        if (said.role().equals("assistant")) {
            thoughts.forEach(said::think);
            thoughts.clear();
            assistant = said;
        } else {
            all.add(said.natively());
        }
    }

    /** The whole thought stands where a provider's own servers put it enciphered. */
    private void reasoning(Fields item) {
        endAssistant();
        JsonNode thought = item.text("encrypted_content");
        if (!thought.isMissingNode()) {
            thoughts.add(thought);
        }
    }

    private void call(Fields item) throws IOException {
        String id = item.word("call_id");
        String name = item.word("name");
        toolNames.remember(id, name);
        thoughts.forEach(assistant::think);
        thoughts.clear();
        assistant.call(ToolCalls.natively(id, name, ToolArguments.object(item, asked.texts())));
    }

    private void result(Fields item) {
        Saying result = new Saying("tool");
        contents(item, "output", result);
        endAssistant();
        String id = item.word("call_id");
        all.add(ToolCalls.answers(result.natively(), id, toolNames.of(id)));
    }

    private void endAssistant() {
        assistant.addTo(all);
        assistant = new Saying("assistant");
    }

    private static void contents(Fields item, String name, Saying said) {
        if (Fields.isText(item.get(name))) {
            text(item, name, said);
            return;
        }
        for (Fields part : item.objects(name)) {
            part(part, said);
        }
    }

    private static void part(Fields part, Saying said) {
        switch (part.word("type")) {
            case "input_text", "output_text", "text" -> text(part, "text", said);
            case "input_image" ->
                    said.image(Images.ofUrl(part.text("image_url"), part.at("image_url")));
            default ->
                    throw ValidationException.of(
                            part.at("type"),
                            part.word("type"),
                            "is no part that a server reads",
                            "send parts of the types input_text, output_text and input_image");
        }
    }

    private static void text(Fields of, String name, Saying said) {
        if (of.has(name)) {
            said.say(of.text(name));
        }
    }
}
