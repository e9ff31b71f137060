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
import java.util.ArrayList;
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
    private static final Template BLOCK_START =
            Template.of(
                    """
                    event: content_block_start
                    data: {'type':'content_block_start','index':@,'content_block':{'type':'@','@':''}}

                    """);
    private static final Template TOKEN =
            Template.of(
                    """
                    event: content_block_delta
                    data: {'type':'content_block_delta','index':@,'delta':{'type':'@_delta','@':#}}

                    """);
    private static final Template BLOCK_STOP =
            Template.of(
                    "event: content_block_stop\ndata: {'type':'content_block_stop','index':@}\n\n");
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

    private static final Template BLOCK = Template.of("{'type':'@','@':#}");
    private static final Template CALL =
            Template.of("{'type':'tool_use','id':'toolu_@','name':#,'input':@}");

    private static final String THOUGHT = "thinking";
    private static final String SPOKEN = "text";

    private final String id = Dialect.hexId();
    private final Answer answer;
    private int index;

    /** The kind of the block that has begun; empty when none has. */
    private String open = "";

    private Template delta = TOKEN;

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
        if (!thinks() && !speaks()) {
            return List.of(start);
        }
        return List.of(start, begin(thinks() ? THOUGHT : SPOKEN));
    }

    @Override
    public Buffer token(Token next) {
        ToolCall call = answer.call();
        if (call != null && answer.isCall(next)) {
            Buffer before = end();
            return before.appendBuffer(
                    CALL_BLOCK.fill(index, call.id(), call.name(), index, next.quoted(), index));
        }
        String kind = next.thought() ? THOUGHT : SPOKEN;
        return kind.equals(open)
                ? delta.fill(next.quoted())
                : end().appendBuffer(begin(kind)).appendBuffer(delta.fill(next.quoted()));
    }

    private Buffer begin(String kind) {
        open = kind;
        delta = TOKEN.bind(index, kind, kind);
        return BLOCK_START.fill(index, kind, kind);
    }

    private Buffer end() {
        Buffer stop = open.isEmpty() ? Buffer.buffer() : BLOCK_STOP.fill(index++);
        open = "";
        return stop;
    }

    @Override
    public List<Buffer> closing(Stats stats) {
        Buffer end = END.fill(reason(), answer.promptTokens(), answer.tokens().size());
        return answer.call() == null ? List.of(end(), end, STOP.copy()) : List.of(end, STOP.copy());
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

    private boolean thinks() {
        return !answer.thoughts().isEmpty();
    }

    /** Whether there is a block of text: in an answer that is only a call there is none. */
    private boolean speaks() {
        return answer.call() == null || !answer.words().isEmpty();
    }

    private String content() {
        List<String> blocks = new ArrayList<>();
        if (thinks()) {
            blocks.add(BLOCK.fill(THOUGHT, THOUGHT, answer.thoughts()).toString());
        }
        if (speaks()) {
            blocks.add(BLOCK.fill(SPOKEN, SPOKEN, answer.words()).toString());
        }
        ToolCall call = answer.call();
        if (call != null) {
            blocks.add(CALL.fill(call.id(), call.name(), call.arguments()).toString());
        }
        return String.join(",", blocks);
    }

    private String reason() {
        return answer.call() != null ? "tool_use" : answer.limited() ? "max_tokens" : "end_turn";
    }
}
