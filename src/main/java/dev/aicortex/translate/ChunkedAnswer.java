package dev.aicortex.translate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.buffer.Buffer;

/** What OpenAI's two older routes share: chunks without names, {@code [DONE]}, the usage. */
abstract class ChunkedAnswer extends DialectAnswer {
    private final boolean usageAsked;

    ChunkedAnswer(boolean usageAsked) {
        this.usageAsked = usageAsked;
    }

    /** Whether the client wants the usage at the end of a stream. */
    static boolean asksForUsage(Fields asked) {
        return asked.object("stream_options").flag("include_usage");
    }

    /** The chunk for a line. */
    abstract ObjectNode chunk(NativeAnswer line);

    /** A chunk without choices. */
    abstract ObjectNode emptyChunk();

    @Override
    final void events(NativeAnswer line, Buffer to) {
        Sse.data(line.note(chunk(line)), to);
        if (!line.done()) {
            return;
        }
        if (usageAsked) {
            Sse.data(emptyChunk().set("usage", tokens(line.usage())), to);
        }
        to.appendString(Sse.DONE);
    }

    @Override
    final void error(String message, Buffer to) {
        Sse.event("error", Json.object().set("error", OpenAiError.of(message)), to);
    }

    static ObjectNode tokens(Usage usage) {
        return Json.object()
                .put("prompt_tokens", usage.promptTokens())
                .put("completion_tokens", usage.answerTokens())
                .put("total_tokens", usage.totalTokens());
    }

    /** Null while the answer goes on. */
    static JsonNode finish(NativeAnswer line, boolean toolsCalled) {
        if (!line.done()) {
            return Json.NODES.nullNode();
        }
        String reason = line.usage().doneReason().equals("length") ? "length" : "stop";
        return Json.NODES.textNode(toolsCalled ? "tool_calls" : reason);
    }

    static void addLogprobs(NativeAnswer line, ObjectNode choice) {
        if (!line.logprobs().isEmpty()) {
            choice.putObject("logprobs").set("content", line.logprobs());
        }
    }
}
