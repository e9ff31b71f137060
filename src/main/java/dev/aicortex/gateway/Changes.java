package dev.aicortex.gateway;

import dev.aicortex.model.Endpoint;
import java.util.ArrayList;
import java.util.List;

/** What the gateway writes into a body, since servers need it and their clients do not send it. */
final class Changes {
    private static final String INCLUDE_USAGE = "{\"include_usage\":true}";

    private Changes() {}

    /** The changes that every server needs; none for most requests. */
    static List<Splice> of(InferenceRequest request, Endpoint endpoint) {
        List<Splice> splices = new ArrayList<>();
        RequestMarks marks = request.marks();
        if (endpoint == Endpoint.CHAT_COMPLETIONS && missesMaxTokens(marks)) {
            splices.add(insert(marks, "\"max_tokens\":" + marks.maxCompletionTokens()));
        }
        if (asksForUsage(request, endpoint)) {
            splices.add(withUsage(marks));
        }
        return splices;
    }

    /** Newer clients send a name that servers do not know. */
    private static boolean missesMaxTokens(RequestMarks marks) {
        return marks.maxCompletionTokens() != null && !marks.fields().contains("max_tokens");
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
