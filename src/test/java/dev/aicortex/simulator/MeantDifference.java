package dev.aicortex.simulator;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * Where the gateway means to answer otherwise than one server does. Besides, each of its errors has
 * a code for programs.
 *
 * @param status that takes the place of the recorded one; 0 = the same
 * @param body what becomes of the recorded body, as it is compared
 * @param headers that differ as well
 */
record MeantDifference(String reason, int status, UnaryOperator<String> body, Set<String> headers) {
    static final String TYPE = "Content-Type";
    static final String FRAMING = "Transfer-Encoding";

    private static final String MESSAGE = "message:{role:assistant content:string }";
    private static final String CHAT =
            "{model:gemma3:270m created_at:string "
                    + MESSAGE
                    + " done:true done_reason:stop total_duration:number load_duration:number prompt_eval_count:10"
                    + " prompt_eval_duration:number eval_count:number eval_duration:number }";
    private static final String RESPONSE =
            "{id:string object:response created_at:number completed_at:number status:completed incomplete_details:null"
                    + " model:gemma3:270m previous_response_id:null instructions:null output:[{id:string type:message"
                    + " status:completed role:assistant content:[{type:output_text text:string annotations:[] logprobs:[] }] }]"
                    + " error:null tools:[] tool_choice:string truncation:string parallel_tool_calls:boolean"
                    + " text:{format:{type:text } } top_p:number presence_penalty:number frequency_penalty:number"
                    + " top_logprobs:number temperature:number reasoning:null usage:{input_tokens:14 output_tokens:8"
                    + " total_tokens:22 input_tokens_details:{cached_tokens:number }"
                    + " output_tokens_details:{reasoning_tokens:number } } max_output_tokens:8 max_tool_calls:null"
                    + " store:boolean background:boolean service_tier:string metadata:{} safety_identifier:null"
                    + " prompt_cache_key:null }";
    private static final MeantDifference NONE =
            new MeantDifference("", 0, UnaryOperator.identity(), Set.of());
    private static final Map<String, MeantDifference> ALL = new HashMap<>();

    static {
        swap(
                "it tells whose memory a model is in",
                "context_length:number }",
                "context_length:number server:string }",
                "ps-idle",
                "ps-loaded");
        String remedy = ": name one that GET /v1/models or /api/tags lists";
        swap(
                "its own errors name the remedy",
                "model is required",
                "model is required" + remedy,
                "chat-no-model",
                "v1-chat-no-model");
        swap(
                "its own errors name the remedy",
                "missing request body",
                "missing request body: send a JSON object with a model",
                "chat-empty-body");
        String unreadable = "the request body is not valid JSON (line 1, column ";
        swap("it tells where", "unexpected EOF", unreadable + "11)", "chat-bad-json");
        swap("it tells where", "unexpected EOF", unreadable + "2)", "v1-chat-bad-json");
        swap(
                "it has one sentence for a model that is nowhere",
                "\\\"nope:1b\\\" not found, try pulling it first",
                "'nope:1b' not found",
                "embed-missing");
        swap(
                "it has one sentence for a model that is nowhere",
                "\\\"nope:1b\\\" not found",
                "'nope:1b' not found",
                "copy-missing");
        status(
                "what the request caused is no failure of a server, and not worth another try",
                400,
                "embed",
                "embeddings",
                "v1-embeddings",
                "v1-embeddings-b64");
        String busy = "no server could answer for model 'gemma3:270m': SERVER (it is busy)";
        String queue = "server busy, please try again.  maximum pending requests exceeded";
        swap("it tells of all servers that it tried", queue, busy, "chat-busy", "v1-messages-busy");
        swap(
                "it tells of all servers that it tried",
                queue + "\",\"type\":\"api_error",
                busy + "\",\"type\":\"server_error",
                "v1-chat-busy",
                "v1-responses-stream-busy");
        swap(
                "it tells which server could not pull",
                "{error:pull model",
                "{error:SERVER: pull model",
                "pull-missing");
        String broken = "an error was encountered while running the model: unexpected EOF";
        swap(
                "a stream that lacks its end is told in a whole line of its route, and cut",
                "{error:" + broken + " }",
                line("gemma3:270m", "response:string", broken),
                "generate-stream-runner-killed");
        swap(
                "a stream that lacks its end is told in a whole line of its route, and cut",
                "{error:" + broken + " }",
                line("gemma3:270m", MESSAGE, broken),
                "chat-stream-runner-killed");
        swap(
                "a stream that lacks its end is told in a whole line of its route",
                RawHttp.CUT,
                line("gemma3:270m", MESSAGE, "the connection was closed"),
                "chat-stream-server-stopped");
        end(
                "a stream that lacks its end is told in a whole line of its route, and cut",
                "\n" + line("full:270m", MESSAGE, "its answer ended too early"),
                "api-chat-stream-repeat");
        String said = "a stream that lacks its end is said to be broken, which a server leaves out";
        String chat = event("error:{message:string type:server_error param:null code:string }");
        String response =
                event(
                        "type:error code:string message:string param:null error:{message:string type:server_error param:null code:string }");
        end(
                said,
                "\n\n" + chat,
                "v1-chat-stream-runner-killed",
                "v1-chat-stream-runner-aborted",
                "v1-completions-stream-runner-killed",
                "v1-chat-completions-stream-repeat");
        end(said, "\n\n" + response, "v1-responses-stream-runner-killed");
        end(
                said,
                "\n\n" + event("type:error error:{type:api_error message:string code:string }"),
                "v1-messages-stream-runner-killed");
        swap(said, RawHttp.CUT, chat, "v1-chat-stream-server-stopped");
        swap(said, RawHttp.CUT, response, "v1-responses-stream-server-stopped");
        String tried = "it tells of all servers that it tried, as a gateway does";
        String died =
                "no server could answer for model 'gemma3:270m': SERVER (it answered 500: unexpected eof)";
        put(
                tried,
                502,
                body ->
                        body.replace(broken, died)
                                .replace(
                                        "\"type\":\"api_error\",\"param",
                                        "\"type\":\"server_error\",\"param"),
                Set.of(FRAMING),
                "chat-killed-before-first-token",
                "v1-chat-stream-killed-before-first-token",
                "v1-messages-stream-killed-before-first-token",
                "v1-responses-stream-killed-before-first-token",
                "chat-unary-killed",
                "v1-chat-unary-killed",
                "v1-messages-unary-killed");
        put(
                "it holds an answer whose prompt may have been cut, to tell so in its head",
                0,
                UnaryOperator.identity(),
                Set.of(FRAMING),
                "v1-chat-too-long");
        put("it undoes zstd and gzip on every route", 200, _ -> CHAT, Set.of(), "chat-zstd");
        put(
                "it undoes zstd and gzip on every route",
                200,
                _ -> RESPONSE,
                Set.of(),
                "v1-responses-gzip");
        swap(
                "its own errors have the shape of their route",
                "\"invalid input: magic number mismatch\"",
                "{\"message\":\"the request body is not zstd, as its Content-Encoding says\",\"type\":\"invalid_request_error\",\"param\":null}",
                "v1-responses-zstd-bad");
        put(
                "it knows the route, which older servers have",
                0,
                _ ->
                        "{\"error\":{\"message\":\"no server could answer for model 'gemma3:270m': SERVER (it has no such route)\",\"type\":\"not_found_error\",\"param\":null}}",
                Set.of(TYPE),
                "v1-images-removed");
    }

    private static String line(String model, String said, String reason) {
        return "{model:%s created_at:string %s done:false error:server error: connection lost: %s }\n<cut>"
                .formatted(model, said, reason);
    }

    private static String event(String data) {
        return "event: error\ndata: {" + data + " }\n\n<cut>";
    }

    static MeantDifference of(Recording recorded) {
        return ALL.getOrDefault(recorded.name(), NONE);
    }

    private static void swap(String reason, String recorded, String ours, String... names) {
        put(reason, 0, body -> body.replace(recorded, ours), Set.of(), names);
    }

    private static void end(String reason, String more, String... names) {
        put(reason, 0, body -> body + more, Set.of(), names);
    }

    private static void status(String reason, int status, String... names) {
        put(reason, status, UnaryOperator.identity(), Set.of(), names);
    }

    private static void put(
            String reason,
            int status,
            UnaryOperator<String> body,
            Set<String> headers,
            String... names) {
        for (String name : names) {
            ALL.put(name, new MeantDifference(reason, status, body, headers));
        }
    }
}
