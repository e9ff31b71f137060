package dev.aicortex.prompt;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.POJONode;
import org.jspecify.annotations.Nullable;

/**
 * A string in a tree that is not held, since only its length matters.
 *
 * @param length in bytes, as it stands in the body
 */
record LongString(long length) {
    JsonNode node() {
        return new POJONode(this);
    }

    static @Nullable LongString in(JsonNode node) {
        return node instanceof POJONode holder ? (LongString) holder.getPojo() : null;
    }
}
