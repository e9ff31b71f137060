package dev.aicortex.prompt;

import static com.fasterxml.jackson.databind.node.JsonNodeFactory.instance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.aicortex.model.ValidationException;
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

    /** A field's place, for errors. */
    String at(String name) {
        return place.isEmpty() ? name : place + "." + name;
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
            return instance.arrayNode();
        }
        if (!value.isArray()) {
            throw new ValidationException("'%s' must be a list".formatted(at(name)));
        }
        return value;
    }

    private JsonNode inAnyCase(String name) {
        return object.properties().stream()
                .filter(field -> field.getKey().equalsIgnoreCase(name))
                .<JsonNode>map(Map.Entry::getValue)
                .reduce(MissingNode.getInstance(), (_, last) -> last);
    }
}
