package dev.aicortex.translate;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.buffer.Buffer;
import java.time.Instant;

/**
 * {@code /api/generate} → {@code /v1/completions}. A chunk names its model after the choices, a
 * whole answer before them.
 */
final class CompletionAnswer extends ChunkedAnswer {
    private final String id = Ids.numbered("cmpl-");
    private final long created = Instant.now().getEpochSecond();
    private final String model;

    /**
     * @param model as the client spelled it
     * @param usageAsked whether a stream tells it at its end
     */
    CompletionAnswer(String model, boolean usageAsked) {
        super(usageAsked);
        this.model = model;
    }

    @Override
    ObjectNode chunk(NativeAnswer line) {
        ObjectNode chunk = begun();
        choice(line, chunk);
        return named(chunk);
    }

    @Override
    ObjectNode emptyChunk() {
        ObjectNode chunk = begun();
        chunk.putArray("choices");
        return named(chunk);
    }

    @Override
    Buffer whole(NativeAnswer answer) {
        ObjectNode whole = named(begun());
        choice(answer, whole);
        return Json.bytes(whole.set("usage", tokens(answer.usage())));
    }

    private ObjectNode begun() {
        return Json.object().put("id", id).put("object", "text_completion").put("created", created);
    }

    private ObjectNode named(ObjectNode answer) {
        return answer.put("model", model).put("system_fingerprint", "fp_ollama");
    }

    private static void choice(NativeAnswer line, ObjectNode to) {
        ObjectNode choice =
                to.putArray("choices").addObject().put("text", line.text()).put("index", 0);
        choice.set("finish_reason", finish(line, false));
        addLogprobs(line, choice);
    }
}
