package dev.aicortex.api;

import static com.fasterxml.jackson.annotation.JsonInclude.Include.NON_NULL;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

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
    /** A server has begun to answer; {@code model} is as the server names it. */
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
        return this instanceof End || this instanceof Failed;
    }

    /** The event in its JSON form. */
    @JsonValue
    default Wire wire() {
        return switch (this) {
            case Start(var model) -> new Wire("start", "", null, model, false, null, null, null);
            case Token(var content, var index, var model) ->
                    new Wire("token", content, index, model, false, null, null, null);
            case End(var model, var usage) ->
                    new Wire("end", "", null, model, true, usage, null, null);
            case Failed(var error, var partial) ->
                    new Wire("error", "", null, null, true, null, error, partial);
        };
    }

    /** The event that the JSON form tells of; an {@link IllegalArgumentException} if of none. */
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    static StreamEvent of(Wire wire) {
        String model = Objects.requireNonNullElse(wire.model, "");
        return switch (wire.type) {
            case "start" -> new Start(model);
            case "token" -> new Token(wire.content, wire.index == null ? 0 : wire.index, model);
            case "end" -> new End(model, Objects.requireNonNullElse(wire.usage, Usage.UNKNOWN));
            case "error" ->
                    new Failed(
                            Objects.requireNonNullElse(wire.error, ""),
                            Objects.requireNonNullElse(wire.partial, ""));
            default ->
                    throw new IllegalArgumentException("no event is of type '" + wire.type + "'");
        };
    }

    /** The JSON form: an event's five keys, then those of its kind. */
    @JsonPropertyOrder({"type", "content", "index", "model", "done", "usage", "error", "partial"})
    @JsonIgnoreProperties(ignoreUnknown = true)
    record Wire(
            String type,
            String content,
            @Nullable Integer index,
            @Nullable String model,
            boolean done,
            @JsonInclude(NON_NULL) @Nullable Usage usage,
            @JsonInclude(NON_NULL) @Nullable String error,
            @JsonInclude(NON_NULL) @Nullable String partial) {}
}
