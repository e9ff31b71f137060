package dev.aicortex.translate;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.aicortex.model.ValidationException;
import dev.aicortex.translate.Spliced.RawJson;
import java.io.IOException;

/** A tool call's arguments: a string with an object in it at the client, the object natively. */
final class ToolArguments {
    private ToolArguments() {}

    /** As the object; the text passes as it is, so that its numbers keep their digits. */
    static JsonNode object(Fields call, LongTexts texts) throws IOException {
        JsonNode arguments = call.get("arguments");
        if (arguments.isObject()) {
            return arguments;
        }
        String place = call.at("arguments");
        String text = texts.text(call.text("arguments"), place);
        return text.isBlank() ? Json.object() : new RawJson(checked(text, place)).node();
    }

    private static String checked(String text, String place) {
        if (!isObject(text)) {
            throw new ValidationException(
                    "%s must be a string with one JSON object in it".formatted(place));
        }
        return text;
    }

    private static boolean isObject(String text) {
        try {
            return Json.MAPPER.readTree(text).isObject();
        } catch (JsonProcessingException | NumberFormatException e) {
            return false; // and the caller says so, without quoting it
        }
    }
}
