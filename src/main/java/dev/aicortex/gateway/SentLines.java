package dev.aicortex.gateway;

import dev.aicortex.fleet.Outcome;
import dev.aicortex.fleet.Reply;
import dev.aicortex.relay.Rewriting;
import dev.aicortex.routing.Replies;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;

/**
 * Remembers what passes of a native chat's answer, and keeps back a server's word that it broke:
 * another one may go on.
 */
final class SentLines implements Rewriting {
    private static final Buffer NOTHING = Buffer.buffer(0);

    private final Sent sent;
    private final Lines lines = new Lines();

    SentLines(Sent sent) {
        this.sent = sent;
    }

    @Override
    public Buffer lines(Buffer some) {
        Buffer passed = Buffer.buffer(some.length());
        lines.accept(some).forEach(line -> passed.appendBuffer(line(line)));
        return passed;
    }

    @Override
    public Buffer lastLine(Buffer rest) {
        Buffer passed = lines(rest);
        lines.rest().forEach(line -> passed.appendBuffer(line(line)));
        return passed;
    }

    private Buffer line(Buffer line) {
        return switch (AnswerLine.of(line)) {
            case AnswerLine.Part part -> {
                sent.add(part);
                yield ended(line);
            }
            case AnswerLine.Last last -> {
                sent.add(last.part());
                yield ended(sent.summed(line));
            }
            case AnswerLine.Failure failure when sent.plain() && !ofRequest(failure) -> NOTHING;
            case AnswerLine.Failure _, AnswerLine.Unusable _ -> {
                sent.forget();
                yield ended(line);
            }
        };
    }

    private static Buffer ended(Buffer line) {
        return Buffer.buffer(line.length() + 1).appendBuffer(line).appendByte((byte) '\n');
    }

    /** Judged as the same words with a status of 500 are. */
    private static boolean ofRequest(AnswerLine.Failure failure) {
        Reply reply = Reply.error(500, failure.words());
        return Replies.judge(reply) instanceof Outcome.Rejected;
    }

    @Override
    public boolean goesOn() {
        return sent.plain();
    }

    /** A trailer says at the end what the head could not know. */
    @Override
    public void head(MultiMap headers) {
        headers.set("Trailer", Resumption.RESUMED);
    }
}
