package dev.aicortex.simulator;

import io.vertx.core.buffer.Buffer;
import java.util.List;

/** A call of a tool on {@code /v1/messages}: a block of content, its arguments in one piece. */
final class MessageCallFrames implements Frames {
    private static final Template BLOCK =
            Template.of(
                    """
                    event: content_block_start
                    data: {'type':'content_block_start','index':@,'content_block':{'type':'tool_use','id':'toolu_@','name':@,'input':{}}}

                    event: content_block_delta
                    data: {'type':'content_block_delta','index':@,'delta':{'type':'input_json_delta','partial_json':@}}

                    event: content_block_stop
                    data: {'type':'content_block_stop','index':@}

                    """);
    private static final Template END =
            Template.of(
                    """
                    event: message_delta
                    data: {'type':'message_delta','delta':{'stop_reason':'tool_use'},'usage':{'input_tokens':@,'output_tokens':@}}

                    """);
    private static final Template WHOLE =
            Template.of(
                    "{'id':'msg_@','type':'message','role':'assistant','model':@,'content':[@{'type':'tool_use','id':'toolu_@',"
                            + "'name':@,'input':@}],'stop_reason':'tool_use','usage':{'input_tokens':@,'output_tokens':@}}");

    private static final Template TEXT = Template.of("{'type':'text','text':@},");

    private final String id = Ids.hex();
    private final Answer answer;
    private final ToolCall call;
    private final byte[] model;

    MessageCallFrames(Answer answer, ToolCall call) {
        this.answer = answer;
        this.call = call;
        this.model = GoJson.quoted(answer.model());
    }

    @Override
    public StreamKind kind() {
        return StreamKind.EVENTS_WITH_HEADERS;
    }

    @Override
    public List<Buffer> opening() {
        Buffer start = MessageFrames.START.fill(id, model, answer.prompt().guessedTokens());
        return speaks() ? List.of(start, MessageFrames.BLOCK_START.copy()) : List.of(start);
    }

    @Override
    public Buffer token(Token next) {
        if (!answer.isCall(next)) {
            return MessageFrames.TOKEN.fill(next.quoted());
        }
        int index = speaks() ? 1 : 0;
        Buffer call =
                BLOCK.fill(
                        index,
                        this.call.id(),
                        GoJson.quoted(this.call.name()),
                        index,
                        next.quoted(),
                        index);
        return speaks() ? MessageFrames.BLOCK_STOP.copy().appendBuffer(call) : call;
    }

    /** Whether there are words before the call. */
    private boolean speaks() {
        return answer.tokens().size() > 1;
    }

    @Override
    public List<Buffer> closing(Stats stats) {
        return List.of(
                END.fill(answer.promptTokens(), answer.tokens().size()), MessageFrames.STOP.copy());
    }

    @Override
    public Buffer whole(Stats stats) {
        return WHOLE.fill(
                id,
                model,
                speaks() ? TEXT.fill(GoJson.quoted(answer.textBeforeCall())) : "",
                call.id(),
                GoJson.quoted(call.name()),
                call.arguments(),
                answer.promptTokens(),
                answer.tokens().size());
    }
}
