package dev.aicortex.api;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/**
 * One event of an answer that comes piece by piece. A stream is one {@link Start}, any number of
 * {@link Token}s and then exactly one {@link End} or {@link Failed}.
 *
 * <p>As JSON every event has the same five keys, null where one does not apply, and the details of
 * its kind beside them:
 *
 * <pre>{@code
 * {"type":"start","content":"","index":null,"model":"llama3.2:3b","done":false}
 * {"type":"token","content":"Blue","index":0,"model":"llama3.2:3b","done":false}
 * {"type":"end","content":"","index":null,"model":"llama3.2:3b","done":true,"usage":{"prompt_tokens":14,…}}
 * {"type":"error","content":"","index":null,"model":null,"done":true,"error":"it broke off","partial":"Blue"}
 * }</pre>
 */
public sealed interface StreamEvent {
    /**
     * A server has begun to answer.
     *
     * @param model as the server names it
     */
    record Start(String model) implements StreamEvent {}

    /**
     * A piece of the answer, one token as a rule.
     *
     * @param content text, never empty
     * @param index its place in the answer, from 0
     */
    record Token(String content, int index, String model) implements StreamEvent {}

    /** The answer is whole. */
    record End(String model, Usage usage) implements StreamEvent {}

    /**
     * The answer broke off and will not be continued: ask again for a whole one.
     *
     * @param error what happened, in words
     * @param partial the text of all tokens before
     */
    record Failed(String error, String partial) implements StreamEvent {}

    /** Whether nothing comes after it. */
    default boolean last() {
        return switch (this) {
            case Start _, Token _ -> false;
            case End _, Failed _ -> true;
        };
    }

    /** The event in its JSON form. */
    @JsonValue
    default WireEvent wire() {
        return WireEvent.of(this);
    }

    /**
     * The event that the JSON form tells of.
     *
     * @throws IllegalArgumentException when it tells of none
     */
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    static StreamEvent of(WireEvent wire) {
        return wire.event();
    }
}
