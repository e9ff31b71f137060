package dev.aicortex.simulator.routes;

import dev.aicortex.simulator.engine.Answer;
import dev.aicortex.simulator.engine.Answer.Token;
import dev.aicortex.simulator.engine.Frames;
import dev.aicortex.simulator.engine.Frames.Stats;
import dev.aicortex.simulator.exchange.GoJson;
import dev.aicortex.simulator.exchange.Streaming;
import dev.aicortex.simulator.exchange.Template;
import io.vertx.core.buffer.Buffer;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/** {@code /v1/completions}. */
final class CompletionFrames implements Frames {
    private static final Template CHUNK =
            Template.of(
                    "data: {'id':'cmpl-@','object':'text_completion','created':@,'choices':[{'text':#,'index':0,'finish_reason':@}],"
                            + "'model':#,'system_fingerprint':'fp_ollama'}\n\n");
    private static final Template USAGE_CHUNK =
            Template.of(
                    "data: {'id':'cmpl-@','object':'text_completion','created':@,'choices':[],"
                            + "'model':#,'system_fingerprint':'fp_ollama','usage':@}\n\n");
    private static final Template WHOLE =
            Template.of(
                    "{'id':'cmpl-@','object':'text_completion','created':@,'model':#,'system_fingerprint':'fp_ollama',"
                            + "'choices':[{'text':#,'index':0,'finish_reason':'@'}],'usage':@}");

    private final int id = ThreadLocalRandom.current().nextInt(999);
    private final long created = Instant.now().getEpochSecond();
    private final Answer answer;
    private final boolean usage;
    private final byte[] model;
    private final Template chunk = CHUNK.bind(id, created);

    /**
     * @param usage whether a stream tells it at its end
     */
    CompletionFrames(Answer answer, boolean usage) {
        this.answer = answer;
        this.usage = usage;
        this.model = GoJson.quoted(answer.model());
    }

    @Override
    public Streaming.Kind kind() {
        return Streaming.Kind.EVENTS;
    }

    @Override
    public Buffer token(Token next) {
        Object text = next.thought() ? "" : next.quoted(); // there is no field for thoughts
        return chunk.fill(text, "null", model);
    }

    @Override
    public List<Buffer> closing(Stats stats) {
        Buffer last = chunk.fill("", GoJson.quote(answer.reason()), model);
        if (usage) {
            last.appendBuffer(USAGE_CHUNK.fill(id, created, model, ChatFrames.usage(answer)));
        }
        return List.of(last.appendString("data: [DONE]\n\n"));
    }

    @Override
    public Buffer lastWords() {
        return chunk.fill("", "null", "");
    }

    @Override
    public Buffer whole(Stats stats) {
        return WHOLE.fill(
                id, created, model, answer.words(), answer.reason(), ChatFrames.usage(answer));
    }
}
