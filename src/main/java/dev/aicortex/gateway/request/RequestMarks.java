package dev.aicortex.gateway.request;

import dev.aicortex.model.Segment;
import java.util.List;
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
 * @param answerTokens the most that its answer may have, by whichever field says so; 0 where none
 *     does
 * @param maxTokens the place of a {@code max_tokens} that is null; null when it is absent or set
 * @param streamOptions their value; null when absent
 * @param options Ollama's options; null when absent
 * @param asks whether there is something to answer; else the model is only loaded, or unloaded
 * @param unload whether all it asks for is that the model leaves the memory
 * @param prompt where the parts of the prompt stand
 * @param notes what takes out of it that the gateway itself said to the client
 */
public record RequestMarks(
        long open,
        Set<String> fields,
        @Nullable String maxCompletionTokens,
        long answerTokens,
        Segment.@Nullable Range maxTokens,
        @Nullable Member streamOptions,
        @Nullable Member options,
        boolean asks,
        boolean unload,
        PromptPlaces prompt,
        List<Splice> notes) {
    /** For bodies that are no JSON. */
    static final RequestMarks NONE =
            new RequestMarks(
                    0,
                    Set.of(),
                    null,
                    0,
                    null,
                    null,
                    null,
                    true,
                    false,
                    new PromptPlaces(new BodyHints(), new StrippedLines(List.of())),
                    List.of());

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
