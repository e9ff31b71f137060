package dev.aicortex.simulator.routes;

import dev.aicortex.simulator.engine.Answer;
import dev.aicortex.simulator.engine.Answer.Token;
import dev.aicortex.simulator.engine.Frames;
import dev.aicortex.simulator.engine.Frames.Stats;
import dev.aicortex.simulator.engine.ToolCall;
import dev.aicortex.simulator.exchange.Fields;
import dev.aicortex.simulator.exchange.GoJson;
import dev.aicortex.simulator.exchange.Streaming;
import dev.aicortex.simulator.exchange.Template;
import io.vertx.core.buffer.Buffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/** {@code /v1/responses}. A stream's objects have their names sorted, a whole answer's have not. */
final class ResponseFrames implements Frames {
    private static final Template RESPONSE_SORTED =
            Template.of(
                    "{'background':false,'completed_at':@,'created_at':@,'error':null,'frequency_penalty':0,'id':'resp_@',"
                            + "'incomplete_details':null,'instructions':@,'max_output_tokens':@,'max_tool_calls':null,'metadata':{},"
                            + "'model':#,'object':'response','output':[@],'parallel_tool_calls':true,'presence_penalty':0,"
                            + "'previous_response_id':null,'prompt_cache_key':null,'reasoning':null,'safety_identifier':null,"
                            + "'service_tier':'default','status':'@','store':false,'temperature':@,'text':{'format':{'type':'text'}},"
                            + "'tool_choice':'auto','tools':@,'top_logprobs':0,'top_p':@,'truncation':'disabled','usage':@}");
    private static final Template RESPONSE =
            Template.of(
                    "{'id':'resp_@','object':'response','created_at':@,'completed_at':@,'status':'completed','incomplete_details':null,"
                            + "'model':#,'previous_response_id':null,'instructions':@,'output':[@],'error':null,'tools':@,'tool_choice':'auto','truncation':'disabled',"
                            + "'parallel_tool_calls':true,'text':{'format':{'type':'text'}},'top_p':@,'presence_penalty':0,"
                            + "'frequency_penalty':0,'top_logprobs':0,'temperature':@,'reasoning':null,'usage':@,"
                            + "'max_output_tokens':@,'max_tool_calls':null,'store':false,'background':false,'service_tier':'default',"
                            + "'metadata':{},'safety_identifier':null,'prompt_cache_key':null}");
    private static final Template USAGE_SORTED =
            Template.of(
                    "{'input_tokens':@,'input_tokens_details':{'cached_tokens':0},'output_tokens':@,"
                            + "'output_tokens_details':{'reasoning_tokens':0},'total_tokens':@}");
    private static final Template USAGE =
            Template.of(
                    "{'input_tokens':@,'output_tokens':@,'total_tokens':@,'input_tokens_details':{'cached_tokens':0},"
                            + "'output_tokens_details':{'reasoning_tokens':0}}");
    private static final Template PART =
            Template.of("{'annotations':[],'logprobs':[],'text':#,'type':'output_text'}");
    private static final Template ITEM =
            Template.of(
                    "{'content':[@],'id':'msg_@','role':'assistant','status':'@','type':'message'}");
    private static final Template WHOLE_ITEM =
            Template.of(
                    "{'id':'msg_@','type':'message','status':'completed','role':'assistant','content':[{'type':'output_text',"
                            + "'text':#,'annotations':[],'logprobs':[]}]}");
    private static final Template CALL =
            Template.of(
                    "{'arguments':#,'call_id':'call_@','id':'fc_@','name':#,'status':'@','type':'function_call'}");
    private static final Template WHOLE_CALL =
            Template.of(
                    "{'id':'fc_@','type':'function_call','status':'completed','call_id':'call_@','name':#,'arguments':#}");
    private static final Template ARGUMENTS_EVENT =
            Template.of(
                    "event: response.function_call_arguments.@\ndata: {'@':#,'item_id':'fc_@','output_index':@,"
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
                    "event: response.output_text.delta\ndata: {'content_index':0,'delta':#,'item_id':'msg_@','logprobs':[],"
                            + "'output_index':0,'sequence_number':@,'type':'response.output_text.delta'}\n\n");
    private static final Template TEXT_DONE =
            Template.of(
                    "event: response.output_text.done\ndata: {'content_index':0,'item_id':'msg_@','logprobs':[],'output_index':0,"
                            + "'sequence_number':@,'text':#,'type':'response.output_text.done'}\n\n");

    private final int id = ThreadLocalRandom.current().nextInt(999_999);
    private final int message = ThreadLocalRandom.current().nextInt(999_999);
    private final long created = Instant.now().getEpochSecond();
    private final Answer answer;
    private final Fields asked;
    private final String instructions;
    private final String tools;
    private final Buffer output = Buffer.buffer();
    private int sequence;

    /**
     * @param asked the request, whose settings the answer repeats
     */
    ResponseFrames(Answer answer, Fields asked) {
        this.answer = answer;
        this.asked = asked;
        this.instructions =
                asked.has("instructions") ? GoJson.quote(asked.text("instructions")) : "null";
        this.tools = asked.get("tools").isArray() ? asked.get("tools").toString() : "[]";
    }

    @Override
    public Streaming.Kind kind() {
        return Streaming.Kind.EVENTS_WITH_HEADERS;
    }

    @Override
    public List<Buffer> opening() {
        List<Buffer> events = new ArrayList<>();
        events.add(whole("created", sorted("null", "in_progress", "null")));
        events.add(whole("in_progress", sorted("null", "in_progress", "null")));
        if (speaks()) {
            events.add(item("added", ITEM.fill("", message, "in_progress"), 0));
            events.add(part("content_part.added", PART.fill("")));
        }
        return events;
    }

    @Override
    public Buffer token(Token next) {
        ToolCall call = answer.call();
        return call != null && answer.isCall(next)
                ? called(call)
                : TOKEN.fill(next.quoted(), message, sequence++);
    }

    @Override
    public List<Buffer> closing(Stats stats) {
        List<Buffer> events = new ArrayList<>();
        if (answer.call() == null) {
            events.addAll(spoken());
        }
        events.add(whole("completed", sorted(now(), "completed", usage(USAGE_SORTED))));
        return events;
    }

    @Override
    public Buffer whole(Stats stats) {
        ToolCall call = answer.call();
        Buffer items = Buffer.buffer();
        if (speaks()) {
            items.appendBuffer(WHOLE_ITEM.fill(message, answer.words()));
        }
        if (call != null) {
            items.appendString(speaks() ? "," : "")
                    .appendBuffer(
                            WHOLE_CALL.fill(call.id(), call.id(), call.name(), call.arguments()));
        }
        return RESPONSE.fill(
                id,
                created,
                now(),
                answer.model(),
                instructions,
                items,
                tools,
                topP(),
                temperature(),
                usage(USAGE),
                limit());
    }

    /** The response object of a stream, with what was put out until now. */
    private Buffer sorted(Object completedAt, String status, Object usage) {
        return RESPONSE_SORTED.fill(
                completedAt,
                created,
                id,
                instructions,
                limit(),
                answer.model(),
                output,
                status,
                temperature(),
                tools,
                topP(),
                usage);
    }

    private Buffer usage(Template shape) {
        return shape.fill(answer.promptTokens(), answer.tokens().size(), answer.totalTokens());
    }

    private String limit() {
        return asked.get("max_output_tokens").asText("null");
    }

    private String temperature() {
        return asked.get("temperature").asText("1");
    }

    private String topP() {
        return asked.get("top_p").asText("1");
    }

    private static long now() {
        return Instant.now().getEpochSecond();
    }

    /** Whether there is a message: in an answer that is only a call there is none. */
    private boolean speaks() {
        return answer.call() == null || !answer.words().isEmpty();
    }

    /** The message's end. */
    private List<Buffer> spoken() {
        byte[] quoted = GoJson.quoted(answer.words());
        Buffer part = PART.fill(quoted);
        Buffer item = ITEM.fill(part, message, "completed");
        output.appendBuffer(item);
        return List.of(
                TEXT_DONE.fill(message, sequence++, quoted),
                part("content_part.done", part),
                item("done", item, 0));
    }

    /** The call, in one burst. */
    private Buffer called(ToolCall call) {
        Buffer events = Buffer.buffer();
        int index = speaks() ? 1 : 0;
        if (speaks()) {
            spoken().forEach(events::appendBuffer);
            output.appendString(",");
        }
        Buffer done = item(call, call.arguments(), "completed");
        output.appendBuffer(done);
        return events.appendBuffer(item("added", item(call, "", "in_progress"), index))
                .appendBuffer(arguments("delta", "delta", call, index))
                .appendBuffer(arguments("done", "arguments", call, index))
                .appendBuffer(item("done", done, index));
    }

    private static Buffer item(ToolCall call, String arguments, String status) {
        return CALL.fill(arguments, call.id(), call.id(), call.name(), status);
    }

    private Buffer arguments(String type, String name, ToolCall call, int index) {
        return ARGUMENTS_EVENT.fill(
                type, name, call.arguments(), call.id(), index, sequence++, type);
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
