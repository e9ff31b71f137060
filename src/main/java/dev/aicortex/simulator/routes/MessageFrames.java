package dev.aicortex.simulator.routes;

import dev.aicortex.simulator.engine.Answer;
import dev.aicortex.simulator.engine.Answer.Token;
import dev.aicortex.simulator.engine.Frames;
import dev.aicortex.simulator.engine.Frames.Stats;
import dev.aicortex.simulator.engine.ToolCall;
import dev.aicortex.simulator.exchange.Dialect;
import dev.aicortex.simulator.exchange.Streaming;
import dev.aicortex.simulator.exchange.Template;
import io.vertx.core.buffer.Buffer;
import java.util.List;

/**
 * {@code /v1/messages}. A stream guesses the prompt's tokens at its start and knows them at its
 * end. A call of a tool is a block of content, its arguments in one piece.
 */
final class MessageFrames implements Frames {
    private static final Template START =
            Template.of(
                    "event: message_start\ndata: {'type':'message_start','message':{'id':'msg_@','type':'message','role':'assistant',"
                            + "'model':#,'content':[],'usage':{'input_tokens':@,'output_tokens':0}}}\n\n");
    private static final Buffer BLOCK_START =
            Template.of(
                            """
                            event: content_block_start
                            data: {'type':'content_block_start','index':0,'content_block':{'type':'text','text':''}}

                            """)
                    .fill();
    private static final Template TOKEN =
            Template.of(
                    """
                    event: content_block_delta
                    data: {'type':'content_block_delta','index':0,'delta':{'type':'text_delta','text':#}}

                    """);
    private static final Buffer BLOCK_STOP =
            Template.of(
                            "event: content_block_stop\ndata: {'type':'content_block_stop','index':0}\n\n")
                    .fill();
    private static final Template CALL_BLOCK =
            Template.of(
                    """
                    event: content_block_start
                    data: {'type':'content_block_start','index':@,'content_block':{'type':'tool_use','id':'toolu_@','name':#,'input':{}}}

                    event: content_block_delta
                    data: {'type':'content_block_delta','index':@,'delta':{'type':'input_json_delta','partial_json':#}}

                    event: content_block_stop
                    data: {'type':'content_block_stop','index':@}

                    """);
    private static final Template END =
            Template.of(
                    "event: message_delta\ndata: {'type':'message_delta','delta':{'stop_reason':'@'},"
                            + "'usage':{'input_tokens':@,'output_tokens':@}}\n\n");
    private static final Buffer STOP =
            Template.of("event: message_stop\ndata: {'type':'message_stop'}\n\n").fill();
    private static final Template WHOLE =
            Template.of(
                    "{'id':'msg_@','type':'message','role':'assistant','model':#,'content':[@],"
                            + "'stop_reason':'@','usage':{'input_tokens':@,'output_tokens':@}}");

    private static final Template TEXT = Template.of("{'type':'text','text':#}");
    private static final Template CALL =
            Template.of("{'type':'tool_use','id':'toolu_@','name':#,'input':@}");

    private final String id = Dialect.hexId();
    private final Answer answer;

    MessageFrames(Answer answer) {
        this.answer = answer;
    }

    @Override
    public Streaming.Kind kind() {
        return Streaming.Kind.EVENTS_WITH_HEADERS;
    }

    @Override
    public List<Buffer> opening() {
        Buffer start = START.fill(id, answer.model(), answer.asked().prompt().guessedTokens());
        return speaks() ? List.of(start, BLOCK_START.copy()) : List.of(start);
    }

    @Override
    public Buffer token(Token next) {
        ToolCall call = answer.call();
        if (call == null || !answer.isCall(next)) {
            return TOKEN.fill(next.quoted());
        }
        int index = speaks() ? 1 : 0;
        Buffer block = CALL_BLOCK.fill(index, call.id(), call.name(), index, next.quoted(), index);
        return speaks() ? BLOCK_STOP.copy().appendBuffer(block) : block;
    }

    @Override
    public List<Buffer> closing(Stats stats) {
        Buffer end = END.fill(reason(), answer.promptTokens(), answer.tokens().size());
        return answer.call() == null
                ? List.of(BLOCK_STOP.copy(), end, STOP.copy())
                : List.of(end, STOP.copy());
    }

    @Override
    public Buffer whole(Stats stats) {
        return WHOLE.fill(
                id,
                answer.model(),
                content(),
                reason(),
                answer.promptTokens(),
                answer.tokens().size());
    }

    /** Whether there is a block of text: in an answer that is only a call there is none. */
    private boolean speaks() {
        return answer.call() == null || answer.tokens().size() > 1;
    }

    private Buffer content() {
        ToolCall call = answer.call();
        Buffer text = speaks() ? TEXT.fill(answer.words()) : Buffer.buffer();
        if (call == null) {
            return text;
        }
        return text.appendString(speaks() ? "," : "")
                .appendBuffer(CALL.fill(call.id(), call.name(), call.arguments()));
    }

    private String reason() {
        return answer.call() != null ? "tool_use" : answer.limited() ? "max_tokens" : "end_turn";
    }
}
