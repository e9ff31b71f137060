package dev.aicortex.simulator;

import java.util.HashMap;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * Where the gateway means to answer otherwise than one server does. Besides, each of its errors has
 * a code for programs.
 *
 * @param status that takes the place of the recorded one; 0 = the same
 * @param body what becomes of the recorded body, as it is compared
 */
record MeantDifference(String reason, int status, UnaryOperator<String> body) {
    private static final MeantDifference NONE =
            new MeantDifference("", 0, UnaryOperator.identity());
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
        swap("it tells of all servers that it tried", queue, busy, "chat-busy");
        swap(
                "it tells of all servers that it tried",
                queue + "\",\"type\":\"api_error",
                busy + "\",\"type\":\"server_error",
                "v1-chat-busy");
        swap(
                "it tells which server could not pull",
                "{error:pull model",
                "{error:SERVER: pull model",
                "pull-missing");
        String broken = "error:an error was encountered while running the model: unexpected EOF }";
        swap(
                "a stream that lacks its end is told in a whole line of its route, and cut",
                "{" + broken,
                "{model:gemma3:270m created_at:string response:string done:false "
                        + broken.replace("error:an", "error:server error: connection lost: an")
                        + "\n<cut>",
                "generate-stream-runner-killed");
        end(
                "a stream that lacks its end is said to be broken, which a server leaves out",
                "\n\nevent: error\ndata: {error:{message:string type:server_error param:null code:string } }\n\n<cut>",
                "v1-chat-stream-runner-killed");
        end(
                "a stream that lacks its end is said to be broken, which a server leaves out",
                "\n\nevent: error\ndata: {type:error error:{type:api_error message:string code:string } }\n\n<cut>",
                "v1-messages-stream-runner-killed");
    }

    static MeantDifference of(Recording recorded) {
        return ALL.getOrDefault(recorded.name(), NONE);
    }

    private static void swap(String reason, String recorded, String ours, String... names) {
        put(reason, 0, body -> body.replace(recorded, ours), names);
    }

    private static void end(String reason, String more, String... names) {
        put(reason, 0, body -> body + more, names);
    }

    private static void status(String reason, int status, String... names) {
        put(reason, status, UnaryOperator.identity(), names);
    }

    private static void put(
            String reason, int status, UnaryOperator<String> body, String... names) {
        for (String name : names) {
            ALL.put(name, new MeantDifference(reason, status, body));
        }
    }
}
