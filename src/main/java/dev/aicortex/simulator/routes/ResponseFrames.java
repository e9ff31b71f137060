package dev.aicortex.simulator.routes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
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
    private static final ObjectMapper SORTED =
            JsonMapper.builder().enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS).build();
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
                    "event: response.@\ndata: {'content_index':0,'item_id':'msg_@','output_index':@,'part':@,"
                            + "'sequence_number':@,'type':'response.@'}\n\n");
    private static final Template TOKEN =
            Template.of(
                    "event: response.output_text.delta\ndata: {'content_index':0,'delta':#,'item_id':'msg_@','logprobs':[],"
                            + "'output_index':@,'sequence_number':@,'type':'response.output_text.delta'}\n\n");
    private static final Template TEXT_DONE =
            Template.of(
                    "event: response.output_text.done\ndata: {'content_index':0,'item_id':'msg_@','logprobs':[],'output_index':@,"
                            + "'sequence_number':@,'text':#,'type':'response.output_text.done'}\n\n");

    private static final Template THOUGHT =
            Template.of(
                    "event: response.reasoning_summary_text.delta\ndata: {'delta':#,'item_id':'rs_@','output_index':@,"
                            + "'sequence_number':@,'summary_index':0,'type':'response.reasoning_summary_text.delta'}\n\n");
    private static final Template THOUGHTS_DONE =
            Template.of(
                    "event: response.reasoning_summary_text.done\ndata: {'item_id':'rs_@','output_index':@,"
                            + "'sequence_number':@,'summary_index':0,'text':#,'type':'response.reasoning_summary_text.done'}\n\n");
    private static final Template THOUGHTS_BEGIN =
            Template.of("{'id':'rs_@','summary':[],'type':'reasoning'}");
    private static final Template THOUGHTS =
            Template.of(
                    "{'encrypted_content':#,'id':'rs_@','summary':[{'text':#,'type':'summary_text'}],'type':'reasoning'}");
    private static final Template WHOLE_THOUGHTS =
            Template.of(
                    "{'id':'rs_@','type':'reasoning','summary':[{'type':'summary_text','text':#}],'encrypted_content':#}");

    private final int id = ThreadLocalRandom.current().nextInt(999_999);
    private final int message = ThreadLocalRandom.current().nextInt(999_999);
    private final long created = Instant.now().getEpochSecond();
    private final Answer answer;
    private final Fields asked;
    private final String instructions;
    private final String tools;
    private final String sortedTools;
    private final List<String> output = new ArrayList<>();
    private int sequence;
    private boolean thinking;
    private boolean speaking;

    /**
     * @param asked the request, whose settings the answer repeats
     */
    ResponseFrames(Answer answer, Fields asked) {
        this.answer = answer;
        this.asked = asked;
        this.instructions =
                asked.has("instructions") ? GoJson.quote(asked.text("instructions")) : "null";
        JsonNode offered = asked.get("tools");
        this.tools = offered.isArray() ? offered.toString() : "[]";
        this.sortedTools = offered.isArray() ? sorted(offered) : "[]";
    }

    private static String sorted(JsonNode json) {
        return SORTED.valueToTree(SORTED.convertValue(json, Object.class)).toString();
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
        if (thinks()) {
            thinking = true;
            events.add(item("added", THOUGHTS_BEGIN.fill(message)));
        } else if (speaks()) {
            events.addAll(spoken());
        }
        return events;
    }

    @Override
    public Buffer token(Token next) {
        if (next.thought()) {
            return THOUGHT.fill(next.quoted(), message, output.size(), sequence++);
        }
        ToolCall call = answer.call();
        List<Buffer> events = new ArrayList<>();
        if (call != null && answer.isCall(next)) {
            events.addAll(ended());
            events.addAll(called(call));
        } else {
            if (!speaking) {
                events.addAll(ended());
                events.addAll(spoken());
            }
            events.add(TOKEN.fill(next.quoted(), message, output.size(), sequence++));
        }
        return joined(events);
    }

    private static Buffer joined(List<Buffer> events) {
        Buffer all = Buffer.buffer();
        events.forEach(all::appendBuffer);
        return all;
    }

    @Override
    public List<Buffer> closing(Stats stats) {
        List<Buffer> events = ended();
        events.add(whole("completed", sorted(now(), "completed", usage(USAGE_SORTED))));
        return events;
    }

    @Override
    public Buffer whole(Stats stats) {
        ToolCall call = answer.call();
        if (thinks()) {
            put(WHOLE_THOUGHTS.fill(message, answer.thoughts(), answer.thoughts()));
        }
        if (speaks()) {
            put(WHOLE_ITEM.fill(message, answer.words()));
        }
        if (call != null) {
            put(WHOLE_CALL.fill(call.id(), call.id(), call.name(), call.arguments()));
        }
        return RESPONSE.fill(
                id,
                created,
                now(),
                answer.model(),
                instructions,
                String.join(",", output),
                tools,
                topP(),
                temperature(),
                usage(USAGE),
                limit());
    }

    private void put(Buffer item) {
        output.add(item.toString());
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
                String.join(",", output),
                status,
                temperature(),
                sortedTools,
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

    private boolean thinks() {
        return !answer.thoughts().isEmpty();
    }

    /** The message's beginning. */
    private List<Buffer> spoken() {
        speaking = true;
        return List.of(
                item("added", ITEM.fill("", message, "in_progress")),
                part("content_part.added", PART.fill("")));
    }

    /** The end of the thoughts or of the message, whatever is not ended yet. */
    private List<Buffer> ended() {
        List<Buffer> events = new ArrayList<>();
        if (thinking) {
            byte[] quoted = GoJson.quoted(answer.thoughts());
            events.add(THOUGHTS_DONE.fill(message, output.size(), sequence++, quoted));
            events.add(done(THOUGHTS.fill(quoted, message, quoted)));
        } else if (speaking) {
            byte[] quoted = GoJson.quoted(answer.words());
            Buffer part = PART.fill(quoted);
            events.add(TEXT_DONE.fill(message, output.size(), sequence++, quoted));
            events.add(part("content_part.done", part));
            events.add(done(ITEM.fill(part, message, "completed")));
        }
        thinking = false;
        speaking = false;
        return events;
    }

    private List<Buffer> called(ToolCall call) {
        return List.of(
                item("added", item(call, "", "in_progress")),
                arguments("delta", "delta", call),
                arguments("done", "arguments", call),
                done(item(call, call.arguments(), "completed")));
    }

    private static Buffer item(ToolCall call, String arguments, String status) {
        return CALL.fill(arguments, call.id(), call.id(), call.name(), status);
    }

    private Buffer arguments(String type, String name, ToolCall call) {
        return ARGUMENTS_EVENT.fill(
                type, name, call.arguments(), call.id(), output.size(), sequence++, type);
    }

    private Buffer done(Buffer item) {
        Buffer event = item("done", item);
        put(item);
        return event;
    }

    /** Its index is how many items are done. */
    private Buffer item(String type, Buffer item) {
        String event = "output_item." + type;
        return ITEM_EVENT.fill(event, item, output.size(), sequence++, event);
    }

    private Buffer whole(String type, Buffer response) {
        return WHOLE_EVENT.fill(type, response, sequence++, type);
    }

    private Buffer part(String type, Buffer part) {
        return PART_EVENT.fill(type, message, output.size(), part, sequence++, type);
    }
}
