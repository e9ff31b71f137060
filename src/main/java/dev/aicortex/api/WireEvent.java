package dev.aicortex.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The JSON form of a {@link StreamEvent}.
 *
 * @param type {@code start}, {@code token}, {@code end} or {@code error}
 * @param content a token's text, else empty: joining it over all events gives the answer
 * @param index a token's, else null
 * @param model null on an error
 * @param done whether it is the last event
 * @param usage on an end only
 * @param error on an error only
 * @param partial on an error only
 */
@JsonPropertyOrder({"type", "content", "index", "model", "done", "usage", "error", "partial"})
@JsonIgnoreProperties(ignoreUnknown = true)
public record WireEvent(
        String type,
        String content,
        @Nullable Integer index,
        @Nullable String model,
        boolean done,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Usage usage,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String error,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String partial) {

    static WireEvent of(StreamEvent event) {
        return switch (event) {
            case StreamEvent.Start(var model) ->
                    new WireEvent("start", "", null, model, false, null, null, null);
            case StreamEvent.Token(var content, var index, var model) ->
                    new WireEvent("token", content, index, model, false, null, null, null);
            case StreamEvent.End(var model, var usage) ->
                    new WireEvent("end", "", null, model, true, usage, null, null);
            case StreamEvent.Failed(var error, var partial) ->
                    new WireEvent("error", "", null, null, true, null, error, partial);
        };
    }

    StreamEvent event() {
        String named = text(model);
        return switch (type) {
            case "start" -> new StreamEvent.Start(named);
            case "token" -> new StreamEvent.Token(content, index == null ? 0 : index, named);
            case "end" -> new StreamEvent.End(named, usage == null ? Usage.UNKNOWN : usage);
            case "error" -> new StreamEvent.Failed(text(error), text(partial));
            default -> throw new IllegalArgumentException("no event is of type '" + type + "'");
        };
    }

    private static String text(@Nullable String text) {
        return Objects.requireNonNullElse(text, "");
    }
}
