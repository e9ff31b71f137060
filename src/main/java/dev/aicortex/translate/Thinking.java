package dev.aicortex.translate;

import com.fasterxml.jackson.databind.JsonNode;

/** How much a model shall think before it answers. */
final class Thinking {
    private Thinking() {}

    /**
     * The native {@code think} for a reasoning effort; missing where none is told. A word other
     * than {@code none} is the server's to judge.
     */
    static JsonNode ofEffort(String effort) {
        return switch (effort) {
            case "" -> Json.NODES.missingNode();
            case "none" -> Json.NODES.booleanNode(false);
            default -> Json.NODES.textNode(effort);
        };
    }
}
