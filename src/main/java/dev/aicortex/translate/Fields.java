package dev.aicortex.translate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.aicortex.model.ValidationException;
import dev.aicortex.translate.Spliced.LongString;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A JSON object of a client's, read as an Ollama server reads one: a name in any letter case, null
 * as if it were absent. What has the wrong type is refused by its place, as {@code
 * messages[2].content[0].text}.
 */
record Fields(JsonNode object, String place) {
    /**
     * @throws ValidationException when it is no object
     */
    static Fields of(JsonNode value, String place) {
        if (!value.isObject()) {
            throw new ValidationException("'%s' must be an object".formatted(place));
        }
        return new Fields(value, place);
    }

    /** Its value; missing when it is absent or null. */
    JsonNode get(String name) {
        JsonNode exact = object.get(name);
        JsonNode value = exact == null ? inAnyCase(name) : exact;
        return value.isNull() ? MissingNode.getInstance() : value;
    }

    boolean has(String name) {
        return !get(name).isMissingNode();
    }

    /** A field's place, for errors. */
    String at(String name) {
        return place.isEmpty() ? name : place + "." + name;
    }

    /** The object in a field; an empty one when it is absent. */
    Fields object(String name) {
        return has(name) ? of(get(name), at(name)) : new Fields(Json.object(), at(name));
    }

    /** The objects in a list. */
    List<Fields> objects(String name) {
        List<Fields> objects = new ArrayList<>();
        for (JsonNode element : list(name)) {
            objects.add(of(element, "%s[%d]".formatted(at(name), objects.size())));
        }
        return objects;
    }

    /** The list in a field; an empty one when it is absent. */
    JsonNode list(String name) {
        JsonNode value = get(name);
        if (value.isMissingNode()) {
            return Json.array();
        }
        if (!value.isArray()) {
            throw new ValidationException("'%s' must be a list".formatted(at(name)));
        }
        return value;
    }

    /** A short text, as of a name; empty when it is absent. */
    String word(String name) {
        JsonNode text = text(name);
        if (Spliced.in(text) instanceof LongString) {
            throw new ValidationException("'%s' is longer than a name may be".formatted(at(name)));
        }
        return text.asText("");
    }

    /** A text of any length, {@link LongString} or not; missing when it is absent. */
    JsonNode text(String name) {
        JsonNode value = get(name);
        if (!value.isMissingNode() && !isText(value)) {
            throw new ValidationException("'%s' must be a string".formatted(at(name)));
        }
        return value;
    }

    /** False when it is absent. */
    boolean flag(String name) {
        JsonNode value = get(name);
        if (!value.isMissingNode() && !value.isBoolean()) {
            throw new ValidationException("'%s' must be true or false".formatted(at(name)));
        }
        return value.asBoolean(false);
    }

    static boolean isText(JsonNode value) {
        return value.isTextual() || Spliced.in(value) != null;
    }

    private JsonNode inAnyCase(String name) {
        return object.properties().stream()
                .filter(field -> field.getKey().equalsIgnoreCase(name))
                .<JsonNode>map(Map.Entry::getValue)
                .reduce(MissingNode.getInstance(), (_, last) -> last);
    }
}
