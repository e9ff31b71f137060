package dev.aicortex.simulator;

import io.vertx.core.buffer.Buffer;
import java.time.Instant;
import java.util.List;

/** A call of a tool on {@code /v1/chat/completions}; in a stream it comes in one piece. */
final class ChatCallFrames implements Frames {
    private static final String CHUNK =
            "data: {'id':'chatcmpl-@','object':'chat.completion.chunk','created':@,'model':@,'system_fingerprint':'fp_ollama','choices':[";
    private static final String CALL =
            "'role':'assistant','content':@,'tool_calls':[{'id':'call_@','index':0,'type':'function','function':{'name':@,'arguments':@}}]";
    private static final Template PIECE =
            Template.of(CHUNK + "{'index':0,'delta':{" + CALL + "},'finish_reason':null}]}\n\n");
    private static final Template LAST =
            Template.of(
                    CHUNK
                            + "{'index':0,'delta':{'role':'assistant','content':''},'finish_reason':'tool_calls'}]}\n\n");
    private static final Template USAGE_CHUNK = Template.of(CHUNK + "],'usage':@}\n\n");
    private static final Template WHOLE =
            Template.of(
                    "{'id':'chatcmpl-@','object':'chat.completion','created':@,'model':@,'system_fingerprint':'fp_ollama',"
                            + "'choices':[{'index':0,'message':{"
                            + CALL
                            + "},'finish_reason':'tool_calls'}],'usage':@}");

    private final int id = Ids.small();
    private final long created = Instant.now().getEpochSecond();
    private final Answer answer;
    private final ToolCall call;
    private final boolean usage;
    private final byte[] model;

    /**
     * @param usage whether a stream tells it at its end
     */
    ChatCallFrames(Answer answer, ToolCall call, boolean usage) {
        this.answer = answer;
        this.call = call;
        this.usage = usage;
        this.model = GoJson.quoted(answer.model());
    }

    @Override
    public StreamKind kind() {
        return StreamKind.EVENTS;
    }

    @Override
    public Buffer token(Token next) {
        return answer.isCall(next)
                ? bound(PIECE)
                        .fill(
                                GoJson.quoted(""),
                                call.id(),
                                GoJson.quoted(call.name()),
                                next.quoted())
                : bound(ChatFrames.TOKEN).fill(next.quoted());
    }

    @Override
    public List<Buffer> closing(Stats stats) {
        Buffer last = bound(LAST).fill();
        if (usage) {
            last.appendBuffer(bound(USAGE_CHUNK).fill(Usage.of(answer)));
        }
        return List.of(last.appendString("data: [DONE]\n\n"));
    }

    @Override
    public Buffer whole(Stats stats) {
        return bound(WHOLE)
                .fill(
                        GoJson.quoted(answer.textBeforeCall()),
                        call.id(),
                        GoJson.quoted(call.name()),
                        GoJson.quoted(call.arguments()),
                        Usage.of(answer));
    }

    private Template bound(Template template) {
        return template.bind(id, created, model);
    }
}
