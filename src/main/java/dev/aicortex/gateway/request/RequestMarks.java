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
            new RequestMarks(0, Set.of(), null, null, null, null, false, new PromptPlaces());

    /** A context length that the client asks for itself, in tokens, and where it stands. */
    public record Length(Segment.Range place, int tokens) {}

    /** That of the options, in tokens; 0 where there is none. */
    public int numCtx() {
        return options == null || options.numCtx == null ? 0 : options.numCtx.tokens;
    }

    /**
     * An object inside the body.
     *
     * @param place the object with its braces, or what stands in its place
     * @param object whether it is one; null counts as an empty one
     * @param fields the names of its fields
     * @param off where those stand that are null or false
     * @param numCtx the context length among them; null when it is absent or no positive integer
     */
    public record Member(
            Segment.Range place,
            boolean object,
            Set<String> fields,
            Map<String, Segment.Range> off,
            @Nullable Length numCtx) {
        /** Whether a field is there, with whatever is not null or false. */
        public boolean sets(String field) {
            return fields.contains(field) && !off.containsKey(field);
        }
    }
}
