package dev.aicortex.simulator.engine;

import dev.aicortex.simulator.engine.Answer.Token;
import dev.aicortex.simulator.engine.Frames.Stats;
import dev.aicortex.simulator.exchange.Streaming.Script;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Supplier;

/**
 * An endless-seeming answer: the same block of tokens until the bytes are sent, then a proper end.
 */
final class FloodScript implements Script {
    private static final int BLOCK = 32 * 1024;

    private final Deque<Buffer> opening;
    private final Deque<Buffer> closing = new ArrayDeque<>();
    private final Supplier<List<Buffer>> ending;
    private final Buffer block;
    private long left;

    FloodScript(Frames frames, Token token, long bytes, Supplier<Stats> stats) {
        this.opening = new ArrayDeque<>(frames.opening());
        this.ending = () -> frames.closing(stats.get());
        this.block = block(frames.token(token));
        this.left = bytes;
    }

    @Override
    public Buffer next() {
        if (!opening.isEmpty()) {
            return opening.removeFirst();
        }
        if (left <= 0) {
            return closing.removeFirst();
        }
        left -= block.length();
        if (left <= 0) {
            closing.addAll(ending.get());
        }
        return block.slice();
    }

    @Override
    public boolean hasNext() {
        return left > 0 || !closing.isEmpty();
    }

    private static Buffer block(Buffer event) {
        Buffer block = Buffer.buffer(BLOCK + event.length());
        while (block.length() < BLOCK) {
            block.appendBuffer(event);
        }
        return block;
    }
}
