package dev.aicortex.translate;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * {@code /api/chat} → {@code /v1/responses}: items of thinking, text and function calls, of which
 * one is open at a time. A stream's objects have their fields sorted, a whole answer's have not, as
 * Ollama's.
 */
final class ResponsesAnswer extends DialectAnswer {
    private final ResponseShape shape;
    private final ResponseEvents events = new ResponseEvents();
    private @Nullable OpenItem open;
    private boolean started;
    private int calls;

    ResponsesAnswer(ResponseShape shape) {
        this.shape = shape;
    }

    @Override
    void events(NativeAnswer line, Buffer to) {
        start(to);
        if (!line.thinking().isEmpty()) {
            open(OpenItem.Thought.class, OpenItem.Thought::new, to)
                    .add(line.thinking(), events, to);
        }
        if (!line.text().isEmpty()) {
            open(OpenItem.Message.class, OpenItem.Message::new, to).add(line.text(), events, to);
        }
        for (Call call : Call.of(line, calls)) {
            calls++;
            close(to);
            events.call(call, to);
        }
        if (line.done()) {
            close(to);
            send("response.completed", shape.completed(events.output(), line.usage()), to);
        }
    }

    private void start(Buffer to) {
        if (!started) {
            started = true;
            send("response.created", shape.begun(), to);
            send("response.in_progress", shape.begun(), to);
        }
    }

    private OpenItem open(
            Class<? extends OpenItem> kind, Supplier<? extends OpenItem> anew, Buffer to) {
        if (open != null && kind.isInstance(open)) {
            return open;
        }
        close(to);
        OpenItem item = anew.get();
        item.begin(events, to);
        open = item;
        return item;
    }

    private void close(Buffer to) {
        if (open != null) {
            open.end(events, to);
            open = null;
        }
    }

    private void send(String type, ObjectNode response, Buffer to) {
        events.send(type, Json.object().set("response", response), to);
    }

    /** The error stands twice: clients look for it at different places. */
    @Override
    void error(String message, Buffer to) {
        ObjectNode error =
                Json.object()
                        .put("code", OpenAiError.CODE)
                        .put("message", message)
                        .putNull("param")
                        .set("error", OpenAiError.of(message));
        events.send("error", error, to);
    }

    @Override
    Buffer whole(NativeAnswer answer) {
        ArrayNode output = Json.array();
        if (!answer.thinking().isEmpty()) {
            output.add(ResponseItems.reasoning(Ids.numbered("rs_"), answer.thinking()));
        }
        List<Call> called = Call.of(answer, 0);
        if (called.isEmpty() || !answer.text().isEmpty()) {
            output.add(
                    ResponseItems.message(
                            Ids.numbered("msg_"), "completed", ResponseItems.text(answer.text())));
        }
        for (Call call : called) {
            output.add(
                    ResponseItems.call(
                            Ids.numbered("fc_"), "completed", call, call.spelledArguments()));
        }
        return Json.bytes(shape.completed(output, answer.usage()));
    }
}
