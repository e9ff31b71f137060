package dev.aicortex.simulator.routes;

import dev.aicortex.simulator.Generation;
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

/** {@code /v1/chat/completions}. A stream has a call of a tool in one piece. */
final class ChatFrames implements Frames {
    private static final String CHUNK =
            "data: {'id':'chatcmpl-@','object':'chat.completion.chunk','created':@,'model':#,'system_fingerprint':'fp_ollama','choices':[";
    private static final String ROLE = "'role':'assistant',";
    private static final String LOGPROBS_OF_TOKEN = ",'logprobs':{'content':[@]}";
    private static final Template FIRST = delta(ROLE, "");
    private static final Template NEXT = delta("", "");
    private static final Template FIRST_WITH_LOGPROBS = delta(ROLE, LOGPROBS_OF_TOKEN);
    private static final Template NEXT_WITH_LOGPROBS = delta("", LOGPROBS_OF_TOKEN);
    private static final Template LAST =
            Template.of(CHUNK + "{'index':0,'delta':{@},'finish_reason':@}]}\n\n");
    private static final Template THOUGHT = Template.of(",'reasoning':#");
    private static final Template CALLS =
            Template.of(
                    ",'tool_calls':[{'id':'call_@','index':0,'type':'function','function':{'name':#,'arguments':#}}]");
    private static final Template USAGE_CHUNK = Template.of(CHUNK + "],'usage':@}\n\n");
    private static final Template WHOLE =
            Template.of(
                    "{'id':'chatcmpl-@','object':'chat.completion','created':@,'model':#,'system_fingerprint':'fp_ollama',"
                            + "'choices':[{'index':0,'message':{'role':'assistant','content':#},'finish_reason':'@'@}],'usage':@}");
    private static final Template LOGPROBS = Template.of(",'logprobs':{'content':[@]}");
    private static final Template USAGE =
            Template.of("{'prompt_tokens':@,'completion_tokens':@,'total_tokens':@}");

    private static final String EMPTY_DELTA = "\"role\":\"assistant\",\"content\":\"\"";

    private final int id = ThreadLocalRandom.current().nextInt(999);
    private final long created = Instant.now().getEpochSecond();
    private final Answer answer;
    private final Content content;
    private final boolean usage;
    private final int alternatives;
    private final String reason;
    private final boolean newer;

    /** Since 0.30 the role is in the first delta alone. */
    private final Template first;

    private final Template next;
    private boolean begun;

    /**
     * @param usage whether a stream tells it at its end
     * @param alternatives that each token's log probability comes with; negative = no log
     *     probabilities, as with a call
     */
    ChatFrames(Answer answer, boolean usage, int alternatives, Generation generation) {
        this.answer = answer;
        this.content = new Content(answer, THOUGHT, CALLS);
        this.usage = usage;
        this.alternatives = answer.call() == null ? alternatives : -1;
        this.reason = answer.call() == null ? answer.reason() : "tool_calls";
        this.newer = generation == Generation.LLAMA_SERVER;
        this.first = bound(this.alternatives < 0 ? FIRST : FIRST_WITH_LOGPROBS);
        this.next = newer ? bound(this.alternatives < 0 ? NEXT : NEXT_WITH_LOGPROBS) : first;
    }

    private static Template delta(String role, String more) {
        return Template.of(
                CHUNK
                        + "{'index':0,'delta':{"
                        + role
                        + "'content':#},'finish_reason':null"
                        + more
                        + "}]}\n\n");
    }

    /** How many tokens an answer cost. */
    static Buffer usage(Answer answer) {
        return USAGE.fill(answer.promptTokens(), answer.tokens().size(), answer.totalTokens());
    }

    @Override
    public Streaming.Kind kind() {
        return Streaming.Kind.EVENTS;
    }

    @Override
    public Buffer token(Token said) {
        Template token = begun ? next : first;
        begun = true;
        return alternatives < 0
                ? token.fill(content.of(said))
                : token.fill(content.of(said), Logprobs.of(List.of(said), alternatives));
    }

    @Override
    public List<Buffer> closing(Stats stats) {
        String delta = newer ? "" : EMPTY_DELTA;
        Buffer last = bound(LAST).fill(delta, GoJson.quote(reason));
        if (usage) {
            last.appendBuffer(bound(USAGE_CHUNK).fill(usage(answer)));
        }
        return List.of(last.appendString("data: [DONE]\n\n"));
    }

    @Override
    public Buffer lastWords() {
        String delta = newer ? "\"content\":\"\"" : EMPTY_DELTA;
        return answer.call() == null ? LAST.fill(id, created, "", delta, "null") : Buffer.buffer();
    }

    @Override
    public Buffer whole(Stats stats) {
        Object logprobs =
                alternatives < 0 ? "" : LOGPROBS.fill(Logprobs.of(answer.tokens(), alternatives));
        return bound(WHOLE).fill(content.whole(), reason, logprobs, usage(answer));
    }

    private Template bound(Template template) {
        return template.bind(id, created, answer.model());
    }
}
