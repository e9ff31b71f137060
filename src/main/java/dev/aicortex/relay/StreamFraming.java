package dev.aicortex.relay;

import dev.aicortex.dialect.EventScan;
import dev.aicortex.dialect.StreamKind;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A stream of events (SSE) or lines (NDJSON): only whole ones pass. */
final class StreamFraming implements Framing {
    private static final Buffer NOTHING = Buffer.buffer(0);

    /** An event longer than this passes in parts; a model's token is a few hundred bytes. */
    private static final int MAX_HELD = 1 << 20;

    private final StreamKind kind;
    private final EventScan scan;
    private @Nullable Buffer held;
    private boolean inParts;
    private boolean said;
    private boolean ended;
    private boolean lastIsError;
    private Optional<String> failure = Optional.empty();
    private Buffer lastEvents = NOTHING;
    private Buffer eventsBefore = NOTHING;

    StreamFraming(StreamKind kind) {
        this.kind = kind;
        this.scan = new EventScan(kind.events());
    }

    @Override
    public Buffer accept(Buffer chunk) {
        int from = unread(chunk);
        if (from > 0) {
            lastIsError &= ended;
        }
        int followed = scan.follow(chunk.getBytes(from, chunk.length()), this::event);
        int end = followed == 0 ? from : from + followed;
        if (end == 0) {
            return hold(chunk);
        }
        Buffer events = end == chunk.length() ? chunk : chunk.getBuffer(0, end);
        if (held != null) {
            events = held.appendBuffer(events);
        }
        held = end == chunk.length() ? null : chunk.getBuffer(end, chunk.length());
        inParts = false;
        return passed(events);
    }

    /**
     * How much of this is whole events, as most reads bring them, of which none ends the stream or
     * tells an error: a search for a few words costs far less than following their JSON.
     */
    private int unread(Buffer chunk) {
        if (held != null || inParts || !scan.betweenEvents()) {
            return 0;
        }
        String text = chunk.toString(StandardCharsets.ISO_8859_1);
        String separator = kind.events() ? "\n\n" : "\n";
        int before = text.lastIndexOf(separator, kind.firstTold(text) - separator.length());
        return before < 0 ? 0 : before + separator.length();
    }

    private Buffer hold(Buffer part) {
        Buffer all = held == null ? part.copy() : held.appendBuffer(part);
        if (all.length() < MAX_HELD) {
            held = all;
            return NOTHING;
        }
        held = null;
        inParts = true;
        said = true; // nothing that only announces an answer is that long
        return passed(all);
    }

    /** Behind the terminal event nothing is judged any more. */
    private void event(EventScan event) {
        if (!ended) {
            ended = kind.terminal(event);
            lastIsError = !ended && event.error();
        }
    }

    private Buffer passed(Buffer events) {
        eventsBefore = lastEvents;
        lastEvents = events;
        if (!said) {
            Opening opening = Opening.of(events, kind);
            said = opening.said();
            failure = opening.failure();
        }
        return lastIsError && !kind.events() ? withoutError(events) : events;
    }

    /** A line that tells an error is told anew, in a form that clients notice. */
    private Buffer withoutError(Buffer lines) {
        int start = lineBefore(lines, lines.length());
        failure = Opening.of(lines.getBuffer(start, lines.length()), kind).failure();
        return lines.getBuffer(0, start);
    }

    /** Where the line begins that ends here, its line feed included. */
    private static int lineBefore(Buffer lines, int end) {
        int start = Math.max(0, end - 1);
        while (start > 0 && lines.getByte(start - 1) != '\n') {
            start--;
        }
        return start;
    }

    @Override
    public Optional<String> errorWords() {
        for (int end = lastEvents.length(); end > 0; end = lineBefore(lastEvents, end)) {
            Buffer line = lastEvents.getBuffer(lineBefore(lastEvents, end), end);
            Optional<String> words = Opening.of(line, kind).failure();
            if (words.isPresent()) {
                return words;
            }
        }
        return Optional.empty();
    }

    @Override
    public Buffer rest() {
        Buffer rest = held == null ? NOTHING : held;
        held = null;
        scan.finish(this::event);
        return rest.length() == 0 ? rest : passed(rest);
    }

    @Override
    public boolean said() {
        return said || ended;
    }

    @Override
    public boolean complete() {
        return ended;
    }

    @Override
    public Optional<String> failure() {
        return failure;
    }

    @Override
    public boolean toldFailure() {
        return lastIsError && kind.events();
    }

    @Override
    public Optional<StreamKind> kind() {
        return Optional.of(kind);
    }

    @Override
    public boolean betweenEvents() {
        return !inParts;
    }

    @Override
    public Buffer tail() {
        return Framing.tail(eventsBefore, lastEvents);
    }
}
