package dev.aicortex.simulator;

import io.vertx.core.buffer.Buffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** {@code /v1/responses}. A stream's objects have their names sorted, a whole answer's have not. */
final class ResponseFrames implements Frames {
    private static final Template PART =
            Template.of("{'annotations':[],'logprobs':[],'text':@,'type':'output_text'}");
    private static final Template ITEM =
            Template.of(
                    "{'content':[@],'id':'msg_@','role':'assistant','status':'@','type':'message'}");
    private static final Template WHOLE_EVENT =
            Template.of(
                    "event: response.@\ndata: {'response':@,'sequence_number':@,'type':'response.@'}\n\n");
    private static final Template ITEM_EVENT =
            Template.of(
                    "event: response.@\ndata: {'item':@,'output_index':0,'sequence_number':@,'type':'response.@'}\n\n");
    private static final Template PART_EVENT =
            Template.of(
                    "event: response.@\ndata: {'content_index':0,'item_id':'msg_@','output_index':0,'part':@,"
                            + "'sequence_number':@,'type':'response.@'}\n\n");
    private static final Template TOKEN =
            Template.of(
                    "event: response.output_text.delta\ndata: {'content_index':0,'delta':@,'item_id':'msg_@','logprobs':[],"
                            + "'output_index':0,'sequence_number':@,'type':'response.output_text.delta'}\n\n");
    private static final Template TEXT_DONE =
            Template.of(
                    "event: response.output_text.done\ndata: {'content_index':0,'item_id':'msg_@','logprobs':[],'output_index':0,"
                            + "'sequence_number':@,'text':@,'type':'response.output_text.done'}\n\n");

    private final int id = Ids.large();
    private final int message = Ids.large();
    private final long created = Instant.now().getEpochSecond();
    private final Answer answer;
    private final ResponseBody body;
    private int sequence;

    /**
     * @param asked the request, whose settings the answer repeats
     */
    ResponseFrames(Answer answer, Fields asked) {
        this.answer = answer;
        this.body = new ResponseBody(id, created, answer, asked);
    }

    @Override
    public StreamKind kind() {
        return StreamKind.EVENTS_WITH_HEADERS;
    }

    @Override
    public List<Buffer> opening() {
        List<Buffer> events = new ArrayList<>();
        events.add(whole("created", body.begun()));
        events.add(whole("in_progress", body.begun()));
        events.add(
                ITEM_EVENT.fill(
                        "output_item.added",
                        ITEM.fill("", message, "in_progress"),
                        sequence++,
                        "output_item.added"));
        events.add(part("content_part.added", PART.fill(GoJson.quoted(""))));
        return events;
    }

    @Override
    public Buffer token(Token next) {
        return TOKEN.fill(next.quoted(), message, sequence++);
    }

    @Override
    public List<Buffer> closing(Stats stats) {
        byte[] text = answer.quotedText();
        Buffer part = PART.fill(text);
        Buffer item = ITEM.fill(part, message, "completed");
        List<Buffer> events = new ArrayList<>();
        events.add(TEXT_DONE.fill(message, sequence++, text));
        events.add(part("content_part.done", part));
        events.add(ITEM_EVENT.fill("output_item.done", item, sequence++, "output_item.done"));
        events.add(whole("completed", body.completed(item)));
        return events;
    }

    @Override
    public Buffer whole(Stats stats) {
        return body.whole(message);
    }

    private Buffer whole(String type, Buffer response) {
        return WHOLE_EVENT.fill(type, response, sequence++, type);
    }

    private Buffer part(String type, Buffer part) {
        return PART_EVENT.fill(type, message, part, sequence++, type);
    }
}
