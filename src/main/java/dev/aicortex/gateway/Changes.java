package dev.aicortex.gateway;

import dev.aicortex.model.Endpoint;
import dev.aicortex.model.Segment;
import io.vertx.core.json.Json;
import java.util.ArrayList;
import java.util.List;

/** What the gateway writes into a body, since servers need it and their clients do not send it. */
final class Changes {
    private static final String INCLUDE_USAGE = "{\"include_usage\":true}";

    private Changes() {}

    /**
     * The changes that every server needs; none for most requests.
     *
     * @param spelling the model that the server is asked for
     * @param numCtx the context length in tokens that has to stand in the options; 0 = none
     */
    static List<Splice> of(
            InferenceRequest request, Endpoint endpoint, String spelling, int numCtx) {
        RequestMarks marks = request.marks();
        List<Splice> splices = new ArrayList<>(marks.web().cuts());
        if (!spelling.equals(request.spelling())) {
            splices.add(
                    Splice.replace(
                            request.place(),
                            endpoint == Endpoint.TRANSCRIPTIONS
                                    ? spelling
                                    : Json.encode(spelling)));
        }
        if (numCtx > 0 && !setsNumCtx(marks)) {
            splices.add(withNumCtx(marks, numCtx));
        }
        if (endpoint == Endpoint.CHAT_COMPLETIONS && missesMaxTokens(marks)) {
            splices.add(withMaxTokens(marks));
        }
        if (asksForUsage(request, endpoint)) {
            splices.add(withUsage(marks));
        }
        return splices;
    }

    /**
     * What a client asks for itself holds; options that are no object are the server's to judge.
     */
    static boolean setsNumCtx(RequestMarks marks) {
        RequestMarks.Member options = marks.options();
        return options != null && (!options.object() || options.sets("num_ctx"));
    }

    private static Splice withNumCtx(RequestMarks marks, int tokens) {
        RequestMarks.Member options = marks.options();
        String field = "\"num_ctx\":" + tokens;
        if (options == null) {
            return insert(marks, "\"options\":{" + field + "}");
        }
        Segment.Range nothing = options.nulls().get("num_ctx");
        if (nothing != null) {
            return Splice.replace(nothing, String.valueOf(tokens));
        }
        return options.fields().isEmpty()
                ? Splice.replace(options.place(), "{" + field + "}")
                : Splice.insert(options.place().start() + 1, field + ",");
    }

    /** Newer clients send a name that servers do not know. */
    private static boolean missesMaxTokens(RequestMarks marks) {
        boolean set = marks.fields().contains("max_tokens") && marks.maxTokens() == null;
        return marks.maxCompletionTokens() != null && !set;
    }

    private static Splice withMaxTokens(RequestMarks marks) {
        Segment.Range nothing = marks.maxTokens();
        String tokens = String.valueOf(marks.maxCompletionTokens());
        return nothing == null
                ? insert(marks, "\"max_tokens\":" + tokens)
                : Splice.replace(nothing, tokens);
    }

    /**
     * Whether the gateway has a stream tell its tokens that would not. A {@code stream_options}
     * that is no object is left for the server to judge.
     */
    static boolean asksForUsage(InferenceRequest request, Endpoint endpoint) {
        boolean tells = endpoint == Endpoint.CHAT_COMPLETIONS || endpoint == Endpoint.COMPLETIONS;
        RequestMarks.Member options = request.marks().streamOptions();
        return tells
                && request.stream()
                && (options == null
                        || (options.object() && !options.set().contains("include_usage")));
    }

    private static Splice withUsage(RequestMarks marks) {
        RequestMarks.Member options = marks.streamOptions();
        return options == null
                ? insert(marks, "\"stream_options\":" + INCLUDE_USAGE)
                : Splice.replace(options.place(), INCLUDE_USAGE);
    }

    /** The body has one field at least, the model. */
    private static Splice insert(RequestMarks marks, String field) {
        return Splice.insert(marks.open(), field + ",");
    }
}
