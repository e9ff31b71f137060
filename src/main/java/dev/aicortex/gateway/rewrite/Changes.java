package dev.aicortex.gateway.rewrite;

import dev.aicortex.dialect.Endpoint;
import dev.aicortex.gateway.request.Request;
import dev.aicortex.gateway.request.RequestMarks;
import dev.aicortex.gateway.request.Splice;
import dev.aicortex.model.Segment;
import io.vertx.core.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the gateway writes into a body, since servers need it and their clients do not send it. */
final class Changes {
    private Changes() {}

    /**
     * The changes that every server needs; none for most requests.
     *
     * @param spelling the model that the server is asked for
     * @param numCtx the context length in tokens that has to stand in the options; 0 = as the
     *     client has it
     */
    static List<Splice> of(Request request, String spelling, int numCtx) {
        Endpoint endpoint = request.endpoint();
        RequestMarks marks = request.marks();
        List<Splice> splices = new ArrayList<>(request.parsed().web().cuts());
        List<Splice> lines = request.parsed().lines().cuts();
        marks.notes().stream()
                .filter(note -> lines.stream().noneMatch(note::within)) // gone with its message
                .forEach(splices::add);
        splices.addAll(lines);
        if (!spelling.equals(request.spelling())) {
            splices.add(
                    Splice.replace(
                            request.parsed().place(),
                            endpoint == Endpoint.TRANSCRIPTIONS
                                    ? spelling
                                    : Json.encode(spelling)));
        }
        if (numCtx > 0) {
            numCtx(marks, numCtx).ifPresent(splices::add);
        }
        if (endpoint == Endpoint.CHAT_COMPLETIONS) {
            maxTokens(marks).ifPresent(splices::add);
        }
        if (asksForUsage(request)) {
            splices.add(
                    within(
                            marks,
                            "stream_options",
                            marks.streamOptions(),
                            "include_usage",
                            "true"));
        }
        return splices;
    }

    private static Optional<Splice> numCtx(RequestMarks marks, int tokens) {
        RequestMarks.Member options = marks.options();
        RequestMarks.Length own = options == null ? null : options.numCtx();
        String value = String.valueOf(tokens);
        if (own != null) {
            return own.tokens() == tokens
                    ? Optional.empty()
                    : Optional.of(Splice.replace(own.place(), value));
        }
        return setsNumCtx(marks)
                ? Optional.empty()
                : Optional.of(within(marks, "options", options, "num_ctx", value));
    }

    /**
     * Whether a client asks for a length itself; options that are no object are the server's to
     * judge.
     */
    static boolean setsNumCtx(RequestMarks marks) {
        RequestMarks.Member options = marks.options();
        return options != null && (!options.object() || options.sets("num_ctx"));
    }

    /** Newer clients send a name that servers do not know. */
    private static Optional<Splice> maxTokens(RequestMarks marks) {
        String tokens = marks.maxCompletionTokens();
        Segment.Range nothing = marks.maxTokens();
        if (tokens == null || (nothing == null && marks.fields().contains("max_tokens"))) {
            return Optional.empty();
        }
        return Optional.of(
                nothing == null
                        ? insert(marks, "\"max_tokens\":" + tokens)
                        : Splice.replace(nothing, tokens));
    }

    /**
     * Whether the gateway has a stream tell its tokens that would not. A {@code stream_options}
     * that is no object is left for the server to judge.
     */
    static boolean asksForUsage(Request request) {
        Endpoint endpoint = request.endpoint();
        boolean tells = endpoint == Endpoint.CHAT_COMPLETIONS || endpoint == Endpoint.COMPLETIONS;
        RequestMarks.Member options = request.marks().streamOptions();
        return tells
                && request.stream()
                && (options == null || (options.object() && !options.sets("include_usage")));
    }

    /** Sets a field of an object in the body, which may not be there; its others stay. */
    private static Splice within(
            RequestMarks marks,
            String name,
            RequestMarks.@Nullable Member object,
            String field,
            String value) {
        String entry = "\"%s\":%s".formatted(field, value);
        if (object == null) {
            return insert(marks, "\"%s\":{%s}".formatted(name, entry));
        }
        Segment.Range off = object.off().get(field);
        if (off != null) {
            return Splice.replace(off, value);
        }
        return object.fields().isEmpty()
                ? Splice.replace(object.place(), "{" + entry + "}")
                : Splice.insert(object.place().start() + 1, entry + ",");
    }

    /** The body has one field at least, the model. */
    private static Splice insert(RequestMarks marks, String field) {
        return Splice.insert(marks.open(), field + ",");
    }
}
