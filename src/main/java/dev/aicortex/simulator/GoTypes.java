package dev.aicortex.simulator;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * What Go's decoder calls the kinds of JSON values, and its complaint when one stands where another
 * belongs.
 */
final class GoTypes {
    private GoTypes() {}

    static String of(JsonNode node) {
        return switch (node.getNodeType()) {
            case STRING -> "string";
            case NUMBER -> "number";
            case BOOLEAN -> "bool";
            case ARRAY -> "array";
            case OBJECT, POJO -> "object";
            case BINARY, MISSING, NULL -> "null";
        };
    }

    static void expectText(Fields fields, String name, String struct) {
        if (fields.has(name) && !fields.get(name).isTextual()) {
            throw mismatch(fields, name, struct, "string");
        }
    }

    static void expectNumber(Fields fields, String name, String struct, String type) {
        if (fields.has(name) && !fields.get(name).isNumber()) {
            throw mismatch(fields, name, struct, type);
        }
    }

    static void expectArray(Fields fields, String name, String struct, String type) {
        if (fields.has(name) && !fields.get(name).isArray()) {
            throw mismatch(fields, name, struct, type);
        }
    }

    private static Rejected mismatch(Fields fields, String name, String struct, String type) {
        return Rejected.unreadable(
                "json: cannot unmarshal %s into Go struct field %s.%s of type %s"
                        .formatted(of(fields.get(name)), struct, name, type));
    }
}
