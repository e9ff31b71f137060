package dev.aicortex.translate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.aicortex.model.ValidationException;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * The messages of Anthropic's dialect, natively. A message's blocks are one message; but each tool
 * result in it is a message of its own that comes first, since it answers what was said before.
 */
final class MessageBlocks {
    private final Fields fields;
    private final ToolNames toolNames = new ToolNames();
    private final ArrayNode all = Json.array();

    MessageBlocks(Fields fields) {
        this.fields = fields;
    }

    ArrayNode all() {
        List<Fields> messages = fields.objects("messages");
        if (messages.isEmpty()) {
            throw new ValidationException("'messages' is empty; send at least one message");
        }
        Saying system = new Saying("system");
        contents(fields, "system", block -> text(block, system));
        system.addTo(all);
        messages.forEach(this::message);
        return all;
    }

    private void message(Fields message) {
        requireContent(message);
        Saying said = new Saying(message.word("role").toLowerCase(Locale.ROOT));
        contents(message, "content", block -> block(block, said));
        said.addTo(all);
    }

    private static void requireContent(Fields message) {
        if (!message.has("content")) {
            throw new ValidationException(
                    "'%s' is missing; send a string or a list of blocks"
                            .formatted(message.at("content")));
        }
    }

    /** A string is one block of text. */
    private static void contents(Fields of, String name, Consumer<Fields> each) {
        JsonNode content = of.get(name);
        if (Fields.isText(content)) {
            JsonNode block = Json.object().put("type", "text").set("text", content);
            each.accept(new Fields(block, of.at(name)));
        } else {
            of.objects(name).forEach(each);
        }
    }

    private void block(Fields block, Saying said) {
        switch (block.word("type")) {
            case "text" -> text(block, said);
            case "image" -> said.image(image(block));
            case "thinking" -> said.think(Texts.orEmpty(block.text("thinking")));
            case "tool_use" -> toolUse(block, said);
            case "tool_result" -> toolResult(block);
            case "redacted_thinking" -> {} // readable only where it was made
            default ->
                    throw ValidationException.of(
                            block.at("type"),
                            block.word("type"),
                            "is no block that a server reads",
                            "send blocks of the types text, image, thinking, tool_use and tool_result");
        }
    }

    private static void text(Fields block, Saying said) {
        if (block.has("text")) {
            said.say(block.text("text"));
        }
    }

    private static JsonNode image(Fields block) {
        Fields source = block.object("source");
        if (!source.word("type").equals("base64")) {
            throw ValidationException.of(
                    source.at("type"),
                    source.word("type"),
                    "is no kind of image that a server takes",
                    "send the image itself as base64");
        }
        return Texts.orEmpty(source.text("data"));
    }

    private void toolUse(Fields block, Saying said) {
        String id = block.word("id");
        String name = block.word("name");
        toolNames.remember(id, name);
        said.call(ToolCalls.natively(id, name, block.object("input").object()));
    }

    private void toolResult(Fields block) {
        Saying result = new Saying("tool");
        contents(block, "content", part -> resultPart(part, result));
        String id = block.word("tool_use_id");
        all.add(ToolCalls.answers(result.natively(), id, toolNames.of(id)));
    }

    private static void resultPart(Fields part, Saying result) {
        switch (part.word("type")) {
            case "image" -> result.image(image(part));
            default -> text(part, result);
        }
    }
}
