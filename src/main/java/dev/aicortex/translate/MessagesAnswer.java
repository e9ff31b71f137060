package dev.aicortex.translate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.buffer.Buffer;
import java.util.List;

/**
 * {@code /api/chat} → {@code /v1/messages}: blocks of thinking, text and tool calls, of which one
 * is open at a time.
 */
final class MessagesAnswer extends DialectAnswer {
    private final String id = Ids.message();
    private final String model;
    private final long promptEstimate;
    private boolean started;
    private String open = "";
    private int index;
    private int calls;

    /**
     * @param model as the client spelled it
     * @param promptEstimate the prompt's tokens as a stream tells them before the server counted
     */
    MessagesAnswer(String model, long promptEstimate) {
        this.model = model;
        this.promptEstimate = promptEstimate;
    }

    @Override
    void events(NativeAnswer line, Buffer to) {
        start(line, to);
        if (!line.thinking().isEmpty()) {
            delta("thinking", line.thinking(), to);
        }
        if (!line.text().isEmpty()) {
            delta("text", line.text(), to);
        }
        for (Call call : Call.of(line, calls)) {
            toolUse(call, to);
        }
        if (line.done()) {
            end(line, to);
        }
    }

    private void start(NativeAnswer line, Buffer to) {
        if (started) {
            return;
        }
        started = true;
        long counted = line.usage().promptTokens();
        ObjectNode message = begun();
        message.putArray("content");
        message.set("usage", MessageShapes.tokens(counted > 0 ? counted : promptEstimate, 0));
        send("message_start", event("message_start").set("message", message), to);
    }

    private void delta(String type, String text, Buffer to) {
        if (!open.equals(type)) {
            close(to);
            openBlock(MessageShapes.block(type, ""), to);
            open = type;
        }
        sendDelta(Json.object().put("type", type + "_delta").put(type, text), to);
    }

    private void toolUse(Call call, Buffer to) {
        close(to);
        calls++;
        openBlock(MessageShapes.toolUse(call, Json.object()), to);
        sendDelta(
                Json.object()
                        .put("type", "input_json_delta")
                        .put("partial_json", call.spelledArguments()),
                to);
        stopBlock(to);
    }

    private void end(NativeAnswer line, Buffer to) {
        Usage usage = line.usage();
        close(to);
        ObjectNode end = event("message_delta");
        end.putObject("delta").put("stop_reason", stopReason(usage));
        end.set("usage", MessageShapes.tokens(usage.promptTokens(), usage.answerTokens()));
        send("message_delta", line.note(end), to);
        send("message_stop", event("message_stop"), to);
    }

    private void close(Buffer to) {
        if (!open.isEmpty()) {
            stopBlock(to);
            open = "";
        }
    }

    private void openBlock(ObjectNode block, Buffer to) {
        send("content_block_start", indexed("content_block_start").set("content_block", block), to);
    }

    private void sendDelta(ObjectNode delta, Buffer to) {
        send("content_block_delta", indexed("content_block_delta").set("delta", delta), to);
    }

    private void stopBlock(Buffer to) {
        send("content_block_stop", indexed("content_block_stop"), to);
        index++;
    }

    @Override
    void error(String message, Buffer to) {
        ObjectNode error = event("error");
        error.putObject("error").put("type", "api_error").put("message", message);
        send("error", error, to);
    }

    @Override
    Buffer whole(NativeAnswer answer) {
        ObjectNode whole = begun();
        whole.set("content", content(answer));
        whole.put("stop_reason", stopReason(answer.usage()));
        Usage usage = answer.usage();
        return Json.bytes(
                whole.set(
                        "usage", MessageShapes.tokens(usage.promptTokens(), usage.answerTokens())));
    }

    private ArrayNode content(NativeAnswer answer) {
        ArrayNode content = Json.array();
        if (!answer.thinking().isEmpty()) {
            content.add(MessageShapes.block("thinking", answer.thinking()));
        }
        if (!answer.text().isEmpty()) {
            content.add(MessageShapes.block("text", answer.text()));
        }
        List<Call> called = Call.of(answer, 0);
        called.forEach(call -> content.add(MessageShapes.toolUse(call, call.arguments())));
        calls = called.size();
        return content;
    }

    private ObjectNode begun() {
        return Json.object()
                .put("id", id)
                .put("type", "message")
                .put("role", "assistant")
                .put("model", model);
    }

    private String stopReason(Usage usage) {
        if (calls > 0) {
            return "tool_use";
        }
        return usage.doneReason().equals("length") ? "max_tokens" : "end_turn";
    }

    private ObjectNode indexed(String type) {
        return event(type).put("index", index);
    }

    private static ObjectNode event(String type) {
        return Json.object().put("type", type);
    }

    private static void send(String type, JsonNode event, Buffer to) {
        Sse.event(type, event, to);
    }
}
