package dev.aicortex.translate;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.buffer.Buffer;
import java.time.Instant;
import java.util.List;

/** {@code /api/chat} → {@code /v1/chat/completions}. */
final class ChatCompletionAnswer extends ChunkedAnswer {
    private final String id = Ids.numbered("chatcmpl-");
    private final long created = Instant.now().getEpochSecond();
    private final String model;
    private int calls;

    /**
     * @param model as the client spelled it
     * @param usageAsked whether a stream tells it at its end
     */
    ChatCompletionAnswer(String model, boolean usageAsked) {
        super(usageAsked);
        this.model = model;
    }

    @Override
    ObjectNode chunk(NativeAnswer line) {
        ObjectNode chunk = begun("chat.completion.chunk");
        choice(line, "delta", chunk);
        return chunk;
    }

    @Override
    ObjectNode emptyChunk() {
        ObjectNode chunk = begun("chat.completion.chunk");
        chunk.putArray("choices");
        return chunk;
    }

    @Override
    Buffer whole(NativeAnswer answer) {
        ObjectNode whole = begun("chat.completion");
        choice(answer, "message", whole);
        return Json.bytes(whole.set("usage", tokens(answer.usage())));
    }

    private ObjectNode begun(String object) {
        return Json.object()
                .put("id", id)
                .put("object", object)
                .put("created", created)
                .put("model", model)
                .put("system_fingerprint", "fp_ollama");
    }

    private void choice(NativeAnswer line, String holder, ObjectNode to) {
        ObjectNode choice = to.putArray("choices").addObject().put("index", 0);
        choice.set(holder, message(line));
        choice.set("finish_reason", finish(line, calls > 0));
        addLogprobs(line, choice);
    }

    private ObjectNode message(NativeAnswer line) {
        ObjectNode message = Json.object().put("role", "assistant").put("content", line.text());
        if (!line.thinking().isEmpty()) {
            message.put("reasoning", line.thinking());
        }
        List<Call> called = Call.of(line, calls);
        if (!called.isEmpty()) {
            calls += called.size();
            message.set("tool_calls", toolCalls(called));
        }
        return message;
    }

    private static ArrayNode toolCalls(List<Call> called) {
        ArrayNode calls = Json.array();
        for (Call call : called) {
            calls.addObject()
                    .put("id", call.id())
                    .put("index", call.index())
                    .put("type", "function")
                    .putObject("function")
                    .put("name", call.name())
                    .put("arguments", call.spelledArguments());
        }
        return calls;
    }
}
