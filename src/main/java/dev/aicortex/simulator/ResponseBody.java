package dev.aicortex.simulator;

import io.vertx.core.buffer.Buffer;
import java.time.Instant;

/** The response object of {@code /v1/responses}. */
final class ResponseBody {
    private static final Template SORTED =
            Template.of(
                    "{'background':false,'completed_at':@,'created_at':@,'error':null,'frequency_penalty':0,'id':'resp_@',"
                            + "'incomplete_details':null,'instructions':@,'max_output_tokens':@,'max_tool_calls':null,'metadata':{},"
                            + "'model':@,'object':'response','output':[@],'parallel_tool_calls':true,'presence_penalty':0,"
                            + "'previous_response_id':null,'prompt_cache_key':null,'reasoning':null,'safety_identifier':null,"
                            + "'service_tier':'default','status':'@','store':false,'temperature':@,'text':{'format':{'type':'text'}},"
                            + "'tool_choice':'auto','tools':@,'top_logprobs':0,'top_p':@,'truncation':'disabled','usage':@}");
    private static final Template WHOLE =
            Template.of(
                    "{'id':'resp_@','object':'response','created_at':@,'completed_at':@,'status':'completed','incomplete_details':null,"
                            + "'model':@,'previous_response_id':null,'instructions':@,'output':[@],'error':null,'tools':@,'tool_choice':'auto','truncation':'disabled',"
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

    private final int id;
    private final long created;
    private final Answer answer;
    private final byte[] model;
    private final String instructions;
    private final String limit;
    private final String temperature;
    private final String topP;
    private final String tools;

    ResponseBody(int id, long created, Answer answer, Fields asked) {
        this.id = id;
        this.created = created;
        this.answer = answer;
        this.model = GoJson.quoted(answer.model());
        this.instructions =
                asked.has("instructions") ? GoJson.quote(asked.text("instructions")) : "null";
        this.limit = asked.get("max_output_tokens").asText("null");
        this.temperature = asked.get("temperature").asText("1");
        this.topP = asked.get("top_p").asText("1");
        this.tools = asked.get("tools").isArray() ? asked.get("tools").toString() : "[]";
    }

    Buffer begun() {
        return sorted("null", "", "in_progress", "null");
    }

    Buffer completed(Buffer output) {
        Buffer usage =
                USAGE_SORTED.fill(
                        answer.promptTokens(), answer.tokens().size(), answer.totalTokens());
        return sorted(now(), output, "completed", usage);
    }

    Buffer whole(Buffer output) {
        Buffer usage =
                USAGE.fill(answer.promptTokens(), answer.tokens().size(), answer.totalTokens());
        return WHOLE.fill(
                id,
                created,
                now(),
                model,
                instructions,
                output,
                tools,
                topP,
                temperature,
                usage,
                limit);
    }

    private Buffer sorted(Object completedAt, Object output, String status, Object usage) {
        return SORTED.fill(
                completedAt,
                created,
                id,
                instructions,
                limit,
                model,
                output,
                status,
                temperature,
                tools,
                topP,
                usage);
    }

    private static long now() {
        return Instant.now().getEpochSecond();
    }
}
