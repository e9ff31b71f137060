package dev.aicortex.simulator;

import io.vertx.core.buffer.Buffer;
import java.util.List;

/** A call of a tool on {@code /v1/messages}: a block of content, its arguments in one piece. */
final class MessageCallFrames implements Frames {
    private static final Template START =
            Template.of(
                    "event: message_start\ndata: {'type':'message_start','message':{'id':'msg_@','type':'message','role':'assistant',"
                            + "'model':@,'content':[],'usage':{'input_tokens':@,'output_tokens':0}}}\n\n");
    private static final Template BLOCK =
            Template.of(
                    """
                    event: content_block_start
                    data: {'type':'content_block_start','index':0,'content_block':{'type':'tool_use','id':'toolu_@','name':@,'input':{}}}

                    event: content_block_delta
                    data: {'type':'content_block_delta','index':0,'delta':{'type':'input_json_delta','partial_json':@}}

                    event: content_block_stop
                    data: {'type':'content_block_stop','index':0}

                    """);
    private static final Template END =
            Template.of(
                    """
                    event: message_delta
                    data: {'type':'message_delta','delta':{'stop_reason':'tool_use'},'usage':{'input_tokens':@,'output_tokens':@}}

                    """);
    private static final Buffer STOP =
            Template.of("event: message_stop\ndata: {'type':'message_stop'}\n\n").fill();
    private static final Template WHOLE =
            Template.of(
                    "{'id':'msg_@','type':'message','role':'assistant','model':@,'content':[{'type':'tool_use','id':'toolu_@',"
                            + "'name':@,'input':@}],'stop_reason':'tool_use','usage':{'input_tokens':@,'output_tokens':@}}");

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
        return List.of(START.fill(id, model, answer.prompt().guessedTokens()));
    }

    @Override
    public Buffer token(Token arguments) {
        return BLOCK.fill(call.id(), GoJson.quoted(call.name()), arguments.quoted());
    }

    @Override
    public List<Buffer> closing(Stats stats) {
        return List.of(END.fill(answer.promptTokens(), answer.tokens().size()), STOP.copy());
    }

    @Override
    public Buffer whole(Stats stats) {
        return WHOLE.fill(
                id,
                model,
                call.id(),
                GoJson.quoted(call.name()),
                call.arguments(),
                answer.promptTokens(),
                answer.tokens().size());
    }
}
