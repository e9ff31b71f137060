package dev.aicortex.simulator;

import io.vertx.core.buffer.Buffer;
import java.time.Instant;
import java.util.List;

/** {@code /v1/chat/completions}. */
final class ChatFrames implements Frames {
    private static final String CHUNK =
            "data: {'id':'chatcmpl-@','object':'chat.completion.chunk','created':@,'model':@,'system_fingerprint':'fp_ollama','choices':[";
    static final Template TOKEN =
            Template.of(
                    CHUNK
                            + "{'index':0,'delta':{'role':'assistant','content':@},'finish_reason':null}]}\n\n");
    private static final Template TOKEN_WITH_LOGPROBS =
            Template.of(
                    CHUNK
                            + "{'index':0,'delta':{'role':'assistant','content':@},'finish_reason':null,'logprobs':{'content':[@]}}]}\n\n");
    private static final Template LAST =
            Template.of(
                    CHUNK
                            + "{'index':0,'delta':{'role':'assistant','content':''},'finish_reason':@}]}\n\n");
    private static final Template USAGE_CHUNK = Template.of(CHUNK + "],'usage':@}\n\n");
    private static final Template WHOLE =
            Template.of(
                    "{'id':'chatcmpl-@','object':'chat.completion','created':@,'model':@,'system_fingerprint':'fp_ollama',"
                            + "'choices':[{'index':0,'message':{'role':'assistant','content':@},'finish_reason':'@'@}],'usage':@}");
    private static final Template LOGPROBS = Template.of(",'logprobs':{'content':[@]}");
    private static final byte[] NO_MODEL = GoJson.quoted("");

    private final int id = Ids.small();
    private final long created = Instant.now().getEpochSecond();
    private final Answer answer;
    private final boolean usage;
    private final int alternatives;
    private final byte[] model;
    private final Template token;

    /**
     * @param usage whether a stream tells it at its end
     * @param alternatives that each token's log probability comes with; negative = no log
     *     probabilities
     */
    ChatFrames(Answer answer, boolean usage, int alternatives) {
        this.answer = answer;
        this.usage = usage;
        this.alternatives = alternatives;
        this.model = GoJson.quoted(answer.model());
        this.token = bound(alternatives < 0 ? TOKEN : TOKEN_WITH_LOGPROBS);
    }

    @Override
    public StreamKind kind() {
        return StreamKind.EVENTS;
    }

    @Override
    public Buffer token(Token next) {
        return alternatives < 0
                ? token.fill(next.quoted())
                : token.fill(next.quoted(), Logprobs.of(List.of(next), alternatives));
    }

    @Override
    public List<Buffer> closing(Stats stats) {
        Buffer last = bound(LAST).fill(GoJson.quoted(answer.reason()));
        if (usage) {
            last.appendBuffer(bound(USAGE_CHUNK).fill(Usage.of(answer)));
        }
        return List.of(last.appendString("data: [DONE]\n\n"));
    }

    @Override
    public Buffer lastWords() {
        return LAST.fill(id, created, NO_MODEL, "null");
    }

    @Override
    public Buffer whole(Stats stats) {
        return bound(WHOLE)
                .fill(answer.quotedText(), answer.reason(), logprobs(), Usage.of(answer));
    }

    private Object logprobs() {
        return alternatives < 0 ? "" : LOGPROBS.fill(Logprobs.of(answer.tokens(), alternatives));
    }

    private Template bound(Template template) {
        return template.bind(id, created, model);
    }
}
