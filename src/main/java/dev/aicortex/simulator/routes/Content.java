package dev.aicortex.simulator.routes;

import dev.aicortex.simulator.engine.Answer;
import dev.aicortex.simulator.engine.Answer.Token;
import dev.aicortex.simulator.engine.ToolCall;
import dev.aicortex.simulator.exchange.GoJson;
import dev.aicortex.simulator.exchange.Template;
import io.vertx.core.buffer.Buffer;

/**
 * What stands in the field for a message's words on the routes of chats, and in those behind it:
 * thoughts, and the call of a tool.
 *
 * @param thought the field of thoughts, with its comma
 * @param calls the field of a call, whose id, name and arguments are to be filled in
 */
record Content(Answer answer, Template thought, Template calls) {
    /** Of one token: its words, or none and what it is else. */
    byte[] of(Token said) {
        ToolCall call = answer.call();
        if (said.thought()) {
            return beside("", thought.fill(said.quoted()));
        }
        return call != null && answer.isCall(said) ? beside("", filled(call)) : said.quoted();
    }

    /** Of the whole answer. */
    byte[] whole() {
        ToolCall call = answer.call();
        Buffer others = Buffer.buffer();
        if (!answer.thoughts().isEmpty()) {
            others.appendBuffer(thought.fill(answer.thoughts()));
        }
        return beside(answer.words(), call == null ? others : others.appendBuffer(filled(call)));
    }

    private Buffer filled(ToolCall call) {
        return calls.fill(call.id(), call.name(), call.arguments());
    }

    private static byte[] beside(String words, Buffer others) {
        return Buffer.buffer(GoJson.quoted(words)).appendBuffer(others).getBytes();
    }
}
