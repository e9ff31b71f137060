package dev.aicortex.simulator;

import io.vertx.core.buffer.Buffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code /v1/responses}. A stream's objects have their names sorted, a whole answer's have not. */
final class ResponseFrames implements Frames {
    private static final Template PART =
            Template.of("{'annotations':[],'logprobs':[],'text':@,'type':'output_text'}");
    private static final Template ITEM =
            Template.of(
                    "{'content':[@],'id':'msg_@','role':'assistant','status':'@','type':'message'}");
    private static final Template WHOLE_ITEM =
            Template.of(
                    "{'id':'msg_@','type':'message','status':'completed','role':'assistant','content':[{'type':'output_text',"
                            + "'text':@,'annotations':[],'logprobs':[]}]}");
    private static final Template CALL =
            Template.of(
                    "{'arguments':@,'call_id':'call_@','id':'fc_@','name':@,'status':'@','type':'function_call'}");
    private static final Template WHOLE_CALL =
            Template.of(
                    "{'id':'fc_@','type':'function_call','status':'completed','call_id':'call_@','name':@,'arguments':@}");
    private static final Template ARGUMENTS_EVENT =
            Template.of(
                    "event: response.function_call_arguments.@\ndata: {'@':@,'item_id':'fc_@','output_index':@,"
                            + "'sequence_number':@,'type':'response.function_call_arguments.@'}\n\n");
    private static final Template WHOLE_EVENT =
            Template.of(
                    "event: response.@\ndata: {'response':@,'sequence_number':@,'type':'response.@'}\n\n");
    private static final Template ITEM_EVENT =
            Template.of(
                    "event: response.@\ndata: {'item':@,'output_index':@,'sequence_number':@,'type':'response.@'}\n\n");
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
    private final @Nullable ToolCall call;
    private final String text;
    private final Buffer output = Buffer.buffer();
    private int sequence;

    /**
     * @param asked the request, whose settings the answer repeats
     * @param call that it ends in; null = only words
     */
    ResponseFrames(Answer answer, Fields asked, @Nullable ToolCall call) {
        this.answer = answer;
        this.body = new ResponseBody(id, created, answer, asked);
        this.call = call;
        this.text = call == null ? answer.text() : answer.textBeforeCall();
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
        if (speaks()) {
            events.add(item("added", ITEM.fill("", message, "in_progress"), 0));
            events.add(part("content_part.added", PART.fill(GoJson.quoted(""))));
        }
        return events;
    }

    @Override
    public Buffer token(Token next) {
        return call != null && answer.isCall(next)
                ? called(call, next)
                : TOKEN.fill(next.quoted(), message, sequence++);
    }

    @Override
    public List<Buffer> closing(Stats stats) {
        List<Buffer> events = new ArrayList<>();
        if (call == null) {
            events.addAll(spoken());
        }
        events.add(whole("completed", body.completed(output)));
        return events;
    }

    @Override
    public Buffer whole(Stats stats) {
        Buffer all = Buffer.buffer();
        if (speaks()) {
            all.appendBuffer(WHOLE_ITEM.fill(message, GoJson.quoted(text)));
        }
        if (call != null) {
            all.appendString(speaks() ? "," : "")
                    .appendBuffer(
                            WHOLE_CALL.fill(
                                    call.id(),
                                    call.id(),
                                    GoJson.quoted(call.name()),
                                    GoJson.quoted(call.arguments())));
        }
        return body.whole(all);
    }

    /** Whether there is a message: in an answer that is only a call there is none. */
    private boolean speaks() {
        return call == null || !text.isEmpty();
    }

    /** The message's end. */
    private List<Buffer> spoken() {
        byte[] quoted = GoJson.quoted(text);
        Buffer part = PART.fill(quoted);
        Buffer item = ITEM.fill(part, message, "completed");
        output.appendBuffer(item);
        return List.of(
                TEXT_DONE.fill(message, sequence++, quoted),
                part("content_part.done", part),
                item("done", item, 0));
    }

    /** The call, in one burst. */
    private Buffer called(ToolCall call, Token arguments) {
        Buffer events = Buffer.buffer();
        int index = speaks() ? 1 : 0;
        if (speaks()) {
            spoken().forEach(events::appendBuffer);
            output.appendString(",");
        }
        Buffer done = item(call, arguments.quoted(), "completed");
        output.appendBuffer(done);
        return events.appendBuffer(
                        item("added", item(call, GoJson.quoted(""), "in_progress"), index))
                .appendBuffer(arguments("delta", "delta", arguments, call, index))
                .appendBuffer(arguments("done", "arguments", arguments, call, index))
                .appendBuffer(item("done", done, index));
    }

    private static Buffer item(ToolCall call, byte[] arguments, String status) {
        return CALL.fill(arguments, call.id(), call.id(), GoJson.quoted(call.name()), status);
    }

    private Buffer arguments(String type, String name, Token all, ToolCall call, int index) {
        return ARGUMENTS_EVENT.fill(type, name, all.quoted(), call.id(), index, sequence++, type);
    }

    private Buffer item(String type, Buffer item, int index) {
        String event = "output_item." + type;
        return ITEM_EVENT.fill(event, item, index, sequence++, event);
    }

    private Buffer whole(String type, Buffer response) {
        return WHOLE_EVENT.fill(type, response, sequence++, type);
    }

    private Buffer part(String type, Buffer part) {
        return PART_EVENT.fill(type, message, part, sequence++, type);
    }
}
