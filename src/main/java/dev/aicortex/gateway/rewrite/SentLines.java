package dev.aicortex.gateway.rewrite;

import dev.aicortex.fleet.Outcome;
import dev.aicortex.gateway.calls.AnswerLine;
import dev.aicortex.gateway.calls.Lines;
import dev.aicortex.relay.Rewriting;
import dev.aicortex.routing.Replies;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;

/** Remembers what passes of a native chat's answer, so that another server may go on. */
final class SentLines implements Rewriting {
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
            case AnswerLine.Unusable _ -> {
                sent.forget();
                yield ended(line);
            }
        };
    }

    private static Buffer ended(Buffer line) {
        return Buffer.buffer(line.length() + 1).appendBuffer(line).appendByte((byte) '\n');
    }

    /** What is the request's own fault, every server says. */
    @Override
    public boolean goesOn(String words) {
        return sent.plain() && !(Replies.judgeLate(words) instanceof Outcome.Rejected);
    }

    /** A trailer says at the end what the head could not know. */
    @Override
    public void head(MultiMap headers) {
        headers.set("Trailer", Resumption.RESUMED);
    }
}
