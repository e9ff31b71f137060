package dev.aicortex.chat;

import dev.aicortex.api.ChatResponse;
import dev.aicortex.api.StreamEvent;
import dev.aicortex.api.ToolCall;
import dev.aicortex.api.Usage;
import dev.aicortex.gateway.calls.AnswerLine;
import java.util.ArrayList;
import java.util.List;

/** What a model has said so far, put together from the lines of its answer. */
final class Transcript {
    private final StringBuilder text = new StringBuilder();
    private final StringBuilder thinking = new StringBuilder();
    private final List<ToolCall> toolCalls = new ArrayList<>();
    private final String server;
    private String model = "";
    private String reason = "";
    private Usage usage = Usage.UNKNOWN;
    private int tokens;
    private boolean begun;

    Transcript(String server) {
        this.server = server;
    }

    /** Adds a part of the answer; gives the events that it stands for. */
    List<StreamEvent> add(AnswerLine.Part part) {
        List<StreamEvent> events = new ArrayList<>();
        if (!begun) {
            begun = true;
            model = part.model();
            events.add(new StreamEvent.Start(model));
        }
        thinking.append(part.thinking());
        toolCalls.addAll(part.toolCalls());
        if (!part.content().isEmpty()) {
            text.append(part.content());
            events.add(new StreamEvent.Token(part.content(), tokens++, model));
        }
        return events;
    }

    /** Adds the last line. */
    List<StreamEvent> add(AnswerLine.Last last) {
        List<StreamEvent> events = add(last.part());
        reason = last.reason();
        usage = last.usage();
        events.add(new StreamEvent.End(model, usage));
        return events;
    }

    String text() {
        return text.toString();
    }

    ChatResponse response() {
        return new ChatResponse(
                text(), model, server, usage, thinking.toString(), toolCalls, reason);
    }
}
