package dev.aicortex.gateway.request;

import dev.aicortex.model.Segment;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * One change of a body's bytes; all others stay as they are.
 *
 * @param range what goes; empty for a mere insertion
 * @param text what comes in its place
 */
public record Splice(Segment.Range range, Buffer text) {
    /** What is inserted where something goes stands before it. */
    private static final Comparator<Splice> BY_PLACE =
            Comparator.comparingLong((Splice splice) -> splice.range.start())
                    .thenComparingLong(splice -> splice.range.end());

    public static Splice replace(Segment.Range range, String text) {
        return new Splice(range, Buffer.buffer(text));
    }

    public static Splice insert(long at, String text) {
        return replace(new Segment.Range(at, at), text);
    }

    /** What is left of a body; the changes bring nothing new in. */
    public static ByteBuf left(ByteBuf body, List<Splice> cuts) {
        return Unpooled.wrappedBuffer(
                apply(cuts, body.writerIndex()).stream()
                        .map(Segment.Range.class::cast)
                        .map(part -> body.slice((int) part.start(), (int) part.length()))
                        .toArray(ByteBuf[]::new));
    }

    /** Whether another one has this place too. */
    public boolean within(Splice other) {
        return other.range.start() <= range.start() && range.end() <= other.range.end();
    }

    /** A body of {@code length} bytes with these changes, which do not overlap. */
    public static List<Segment> apply(List<Splice> splices, long length) {
        List<Segment> segments = new ArrayList<>();
        long from = 0;
        for (Splice splice : splices.stream().sorted(BY_PLACE).toList()) {
            segments.add(new Segment.Range(from, splice.range.start()));
            segments.add(new Segment.Text(splice.text));
            from = splice.range.end();
        }
        segments.add(new Segment.Range(from, length));
        segments.removeIf(segment -> segment.length() == 0);
        return segments;
    }
}
