package dev.aicortex.simulator;

import io.vertx.core.buffer.Buffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** The progress of a model's creation or pull: lines that are all known beforehand. */
final class LinesScript implements Script {
    private final Deque<Buffer> lines;

    LinesScript(List<Buffer> lines) {
        this.lines = new ArrayDeque<>(lines);
    }

    @Override
    public long due() {
        return 0;
    }

    @Override
    public Buffer next() {
        return lines.removeFirst().appendString("\n");
    }

    @Override
    public boolean hasNext() {
        return !lines.isEmpty();
    }

    @Override
    public Buffer lastWords() {
        return Buffer.buffer();
    }
}
