package dev.aicortex.translate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.POJONode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A value in a tree that is not held as one: it is put together when the tree is written. */
sealed interface Spliced {
    /**
     * A string that stays in the client's body.
     *
     * @param start offset of the first byte after the opening quote
     * @param end offset of the closing quote
     * @param head its first bytes as they stand there, escapes and all, one character each
     */
    record LongString(long start, long end, String head) implements Spliced {
        /** The same without its first bytes, none of which may be part of an escape. */
        LongString from(int bytes) {
            return new LongString(start + bytes, end, head.substring(bytes));
        }

        long length() {
            return end - start;
        }
    }

    /** Strings that become one. */
    record Joined(List<JsonNode> parts) implements Spliced {}

    /** JSON that is written as it is. */
    record RawJson(String json) implements Spliced {}

    default JsonNode node() {
        return new POJONode(this);
    }

    static @Nullable Spliced in(JsonNode node) {
        return node instanceof POJONode holder ? (Spliced) holder.getPojo() : null;
    }
}
