package dev.aicortex.gateway.request;

import dev.aicortex.model.Segment;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The places in a JSON body at which the gateway may have to write something, and what it has to
 * know for that.
 *
 * @param open the offset behind the body's opening brace
 * @param fields the names of the outermost fields, their letter case folded
 * @param maxCompletionTokens its digits; null when absent
 * @param maxTokens the place of a {@code max_tokens} that is null; null when it is absent or set
 * @param streamOptions their value; null when absent
 * @param options Ollama's options; null when absent
 * @param unload whether all it asks for is that the model leaves the memory
 * @param prompt where the parts of the prompt stand
 */
public record RequestMarks(
        long open,
        Set<String> fields,
        @Nullable String maxCompletionTokens,
        Segment.@Nullable Range maxTokens,
        @Nullable Member streamOptions,
        @Nullable Member options,
        boolean unload,
        PromptPlaces prompt) {
    /** For bodies that are no JSON. */
    static final RequestMarks NONE =
            new RequestMarks(
                    0, Set.of(), null, null, null, null, false, new PromptPlaces(new BodyHints()));

    /**
     * An object inside the body.
     *
     * @param place the object with its braces, or what stands in its place
     * @param object whether it is one; null counts as an empty one
     * @param fields the names of its fields
     * @param off where those stand that are null or false
     */
    public record Member(
            Segment.Range place,
            boolean object,
            Set<String> fields,
            Map<String, Segment.Range> off) {
        /** Whether a field is there, with whatever is not null or false. */
        public boolean sets(String field) {
            return fields.contains(field) && !off.containsKey(field);
        }
    }
}
