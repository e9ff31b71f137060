package dev.aicortex.simulator;

import io.vertx.core.buffer.Buffer;
import java.util.List;

/** A call of a tool on {@code /api/chat}: its arguments are an object, not a text. */
final class NativeCallFrames implements Frames {
    private static final String HEAD = "{'model':@,'created_at':'@','message':{'role':'assistant',";
    private static final String CALL =
            "'content':@,'tool_calls':[{'id':'call_@','function':{'index':0,'name':@,'arguments':@}}]},";
    private static final String DONE =
            "'done':true,'done_reason':'stop','total_duration':@,'load_duration':@,'prompt_eval_count':@,"
                    + "'prompt_eval_duration':@,'eval_count':@,'eval_duration':@";
    private static final Template PIECE = Template.of(HEAD + CALL + "'done':false}\n");
    private static final Template LAST = Template.of(HEAD + "'content':''}," + DONE + "}\n");
    private static final Template WHOLE = Template.of(HEAD + CALL + DONE + "}");

    private final Answer answer;
    private final ToolCall call;
    private final byte[] model;
    private final Timestamps clock;

    NativeCallFrames(Answer answer, ToolCall call, Timestamps clock) {
        this.answer = answer;
        this.call = call;
        this.model = GoJson.quoted(answer.model());
        this.clock = clock;
    }

    @Override
    public StreamKind kind() {
        return StreamKind.LINES;
    }

    @Override
    public Buffer token(Token next) {
        return answer.isCall(next)
                ? bound(PIECE)
                        .fill(GoJson.quoted(""), call.id(), GoJson.quoted(call.name()), next.text())
                : bound(NativeFrames.CHAT_TOKEN).fill(next.quoted(), "");
    }

    @Override
    public List<Buffer> closing(Stats stats) {
        return List.of(counted(bound(LAST), stats));
    }

    @Override
    public Buffer whole(Stats stats) {
        return counted(
                bound(WHOLE)
                        .bind(
                                GoJson.quoted(answer.textBeforeCall()),
                                call.id(),
                                GoJson.quoted(call.name()),
                                call.arguments()),
                stats);
    }

    private Template bound(Template template) {
        return template.bind(model, clock.now());
    }

    private Buffer counted(Template template, Stats stats) {
        return template.fill(
                stats.total(),
                stats.load(),
                answer.promptTokens(),
                stats.prompt(),
                answer.tokens().size(),
                stats.eval());
    }
}
