package dev.aicortex.simulator;

import io.vertx.core.buffer.Buffer;
import java.util.List;

/**
 * {@code /v1/messages}. A stream guesses the prompt's tokens at its start and knows them at its
 * end.
 */
final class MessageFrames implements Frames {
    static final Template START =
            Template.of(
                    "event: message_start\ndata: {'type':'message_start','message':{'id':'msg_@','type':'message','role':'assistant',"
                            + "'model':@,'content':[],'usage':{'input_tokens':@,'output_tokens':0}}}\n\n");
    static final Buffer BLOCK_START =
            Template.of(
                            """
                            event: content_block_start
                            data: {'type':'content_block_start','index':0,'content_block':{'type':'text','text':''}}

                            """)
                    .fill();
    static final Template TOKEN =
            Template.of(
                    """
                    event: content_block_delta
                    data: {'type':'content_block_delta','index':0,'delta':{'type':'text_delta','text':@}}

                    """);
    static final Buffer BLOCK_STOP =
            Template.of(
                            "event: content_block_stop\ndata: {'type':'content_block_stop','index':0}\n\n")
                    .fill();
    private static final Template END =
            Template.of(
                    "event: message_delta\ndata: {'type':'message_delta','delta':{'stop_reason':'@'},"
                            + "'usage':{'input_tokens':@,'output_tokens':@}}\n\n");
    static final Buffer STOP =
            Template.of("event: message_stop\ndata: {'type':'message_stop'}\n\n").fill();
    private static final Template WHOLE =
            Template.of(
                    "{'id':'msg_@','type':'message','role':'assistant','model':@,'content':[{'type':'text','text':@}],"
                            + "'stop_reason':'@','usage':{'input_tokens':@,'output_tokens':@}}");

    private final String id = Ids.hex();
    private final Answer answer;
    private final byte[] model;

    MessageFrames(Answer answer) {
        this.answer = answer;
        this.model = GoJson.quoted(answer.model());
    }

    @Override
    public StreamKind kind() {
        return StreamKind.EVENTS_WITH_HEADERS;
    }

    @Override
    public List<Buffer> opening() {
        return List.of(START.fill(id, model, answer.prompt().guessedTokens()), BLOCK_START.copy());
    }

    @Override
    public Buffer token(Token next) {
        return TOKEN.fill(next.quoted());
    }

    @Override
    public List<Buffer> closing(Stats stats) {
        Buffer end = END.fill(reason(), answer.promptTokens(), answer.tokens().size());
        return List.of(BLOCK_STOP.copy(), end, STOP.copy());
    }

    @Override
    public Buffer whole(Stats stats) {
        return WHOLE.fill(
                id,
                model,
                answer.quotedText(),
                reason(),
                answer.promptTokens(),
                answer.tokens().size());
    }

    private String reason() {
        return answer.limited() ? "max_tokens" : "end_turn";
    }
}
