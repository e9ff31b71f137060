package dev.aicortex.simulator.exchange;

import io.vertx.core.buffer.Buffer;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;

/** The three ways in which Ollama speaks JSON: its own, OpenAI's and Anthropic's. */
public enum Dialect {
    OLLAMA("application/json; charset=utf-8", ""),
    OPENAI("application/json", "\n"),
    ANTHROPIC("application/json", "\n");

    private static final Template NATIVE_ERROR = Template.of("{'error':#}");
    private static final Template OPENAI_ERROR =
            Template.of("{'error':{'message':#,'type':'@','param':null,'code':null}}");
    private static final Template ANTHROPIC_ERROR =
            Template.of("{'type':'error','error':{'type':'@','message':#},'request_id':'req_@'}");

    private final String contentType;
    private final String lineEnd;

    Dialect(String contentType, String lineEnd) {
        this.contentType = contentType;
        this.lineEnd = lineEnd;
    }

    public Buffer error(int status, String text) {
        return switch (this) {
            case OLLAMA -> NATIVE_ERROR.fill(text);
            case OPENAI -> OPENAI_ERROR.fill(text, openAiType(status));
            case ANTHROPIC -> ANTHROPIC_ERROR.fill(anthropicType(status), text, hexId());
        };
    }

    String contentType() {
        return contentType;
    }

    /** What follows a JSON answer: the compatible routes end it with a newline. */
    String lineEnd() {
        return lineEnd;
    }

    /** Twelve random bytes in hexadecimal, as requests, messages and calls are named by. */
    public static String hexId() {
        byte[] bytes = new byte[12];
        ThreadLocalRandom.current().nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    private static String openAiType(int status) {
        return switch (status) {
            case 400 -> "invalid_request_error";
            case 404 -> "not_found_error";
            default -> "api_error";
        };
    }

    private static String anthropicType(int status) {
        return switch (status) {
            case 401 -> "authentication_error";
            case 403 -> "permission_error";
            case 429 -> "rate_limit_error";
            case 503, 529 -> "overloaded_error";
            default -> openAiType(status);
        };
    }
}
