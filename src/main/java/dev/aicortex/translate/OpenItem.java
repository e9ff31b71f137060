package dev.aicortex.translate;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.buffer.Buffer;

/** An item of a streamed response whose text is still coming. */
sealed interface OpenItem {
    /** Sends what begins it. */
    void begin(ResponseEvents events, Buffer to);

    /** Sends a piece of its text. */
    void add(String piece, ResponseEvents events, Buffer to);

    /** Sends what ends it. */
    void end(ResponseEvents events, Buffer to);

    /** What the model says. */
    record Message(String id, StringBuilder text) implements OpenItem {
        private static final String TEXT = "response.output_text.";
        private static final String PART = "response.content_part.";

        Message() {
            this(Ids.numbered("msg_"), new StringBuilder());
        }

        @Override
        public void begin(ResponseEvents events, Buffer to) {
            events.added(ResponseItems.message(id, "in_progress", Json.NODES.missingNode()), to);
            events.sendOfItem(PART + "added", of().set("part", ResponseItems.text("")), to);
        }

        @Override
        public void add(String piece, ResponseEvents events, Buffer to) {
            text.append(piece);
            events.sendOfItem(TEXT + "delta", withoutLogprobs().put("delta", piece), to);
        }

        @Override
        public void end(ResponseEvents events, Buffer to) {
            ObjectNode part = ResponseItems.text(text.toString());
            events.sendOfItem(TEXT + "done", withoutLogprobs().put("text", text.toString()), to);
            events.sendOfItem(PART + "done", of().set("part", part), to);
            events.done(ResponseItems.message(id, "completed", part), to);
        }

        private ObjectNode of() {
            return ResponseEvents.item(id).put("content_index", 0);
        }

        private ObjectNode withoutLogprobs() {
            return of().set("logprobs", Json.array());
        }
    }

    /** What the model thinks before. */
    record Thought(String id, StringBuilder text) implements OpenItem {
        private static final String TEXT = "response.reasoning_summary_text.";

        Thought() {
            this(Ids.numbered("rs_"), new StringBuilder());
        }

        @Override
        public void begin(ResponseEvents events, Buffer to) {
            events.added(ResponseItems.reasoning(id), to);
        }

        @Override
        public void add(String piece, ResponseEvents events, Buffer to) {
            text.append(piece);
            events.sendOfItem(TEXT + "delta", of().put("delta", piece), to);
        }

        @Override
        public void end(ResponseEvents events, Buffer to) {
            events.sendOfItem(TEXT + "done", of().put("text", text.toString()), to);
            events.done(ResponseItems.reasoning(id, text.toString()), to);
        }

        private ObjectNode of() {
            return ResponseEvents.item(id).put("summary_index", 0);
        }
    }
}
