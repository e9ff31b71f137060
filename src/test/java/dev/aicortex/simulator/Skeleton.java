package dev.aicortex.simulator;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What stays of a body when its made-up parts are taken out: lines, event names, names in their
 * order, types, and the values of the fields that say what a thing is.
 */
final class Skeleton {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Set<String> TELLING =
            Set.of(
                    "object",
                    "type",
                    "role",
                    "finish_reason",
                    "done_reason",
                    "stop_reason",
                    "status",
                    "system_fingerprint",
                    "done",
                    "index",
                    "owned_by",
                    "model",
                    "family",
                    "format",
                    "quantization_level",
                    "parameter_size",
                    "sequence_number",
                    "output_index",
                    "content_index",
                    "input_tokens",
                    "output_tokens",
                    "prompt_tokens",
                    "completion_tokens",
                    "total_tokens",
                    "prompt_eval_count",
                    "error",
                    "capabilities",
                    "modified_at",
                    "digest",
                    "max_output_tokens");

    private Skeleton() {}

    static String of(String body) {
        return String.join(
                "\n", List.of(body.split("\n", -1)).stream().map(Skeleton::line).toList());
    }

    private static String line(String line) {
        int brace = line.indexOf('{');
        boolean json = brace == 0 || line.startsWith("data: {");
        return json ? line.substring(0, brace) + shape(parsed(line.substring(brace))) : line;
    }

    private static JsonNode parsed(String json) {
        try {
            return JSON.readTree(json);
        } catch (JsonProcessingException e) {
            throw new AssertionError("not JSON: " + json, e);
        }
    }

    private static String shape(JsonNode node) {
        return switch (node.getNodeType()) {
            case OBJECT -> object(node);
            case ARRAY -> array(node);
            case STRING -> "string";
            case NUMBER -> "number";
            case BOOLEAN -> "boolean";
            case NULL, BINARY, MISSING, POJO -> "null";
        };
    }

    private static String object(JsonNode node) {
        StringBuilder shape = new StringBuilder("{");
        node.properties()
                .forEach(f ->
                        shape.append(f.getKey())
                                .append(':')
                                .append(field(f.getKey(), f.getValue()))
                                .append(' '));
        return shape.append('}').toString();
    }

    private static String field(String name, JsonNode value) {
        boolean told = TELLING.contains(name) && value.isValueNode();
        return told ? made(value.asText()) : shape(value);
    }

    /** Without what differs from machine to machine. */
    private static String made(String text) {
        return text.replaceAll("[0-9a-f]{64}", "DIGEST")
                .replaceFirst("^\\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z$", "TIME");
    }

    /** The shapes of the elements, each once: how many there are is not compared. */
    private static String array(JsonNode node) {
        Set<String> shapes = new LinkedHashSet<>();
        node.forEach(element -> shapes.add(shape(element)));
        return shapes.toString();
    }
}
