package dev.aicortex.model;

import io.vertx.core.buffer.Buffer;
import java.util.List;

/** A piece of a body that is made from another one, of which the long parts are never copied. */
public sealed interface Segment {
    long length();

    /** Bytes that the original does not have. */
    record Text(Buffer bytes) implements Segment {
        public static Text of(String text) {
            return new Text(Buffer.buffer(text));
        }

        @Override
        public long length() {
            return bytes.length();
        }
    }

    /** Bytes of the original from {@code start}, counted from 0, to before {@code end}. */
    record Range(long start, long end) implements Segment {
        public Range {
            if (start < 0 || end < start) {
                throw new IllegalArgumentException("no range: " + start + ".." + end);
            }
        }

        @Override
        public long length() {
            return end - start;
        }
    }

    /** How long the body is that they make. */
    static long length(List<Segment> segments) {
        return segments.stream().mapToLong(Segment::length).sum();
    }
}
