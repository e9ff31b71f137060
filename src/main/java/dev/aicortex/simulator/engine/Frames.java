package dev.aicortex.simulator.engine;

import dev.aicortex.simulator.engine.Answer.Token;
import dev.aicortex.simulator.exchange.Streaming;
import io.vertx.core.buffer.Buffer;
import java.util.List;

/** How a route puts one answer into bytes: as a stream of chunks, or whole. */
public interface Frames {
    /** How long the parts of an answer took, in nanoseconds. */
    record Stats(long total, long load, long prompt, long eval) {}

    Streaming.Kind kind();

    /** What comes before the first token. */
    default List<Buffer> opening() {
        return List.of();
    }

    Buffer token(Token token);

    /** What comes after the last token; it ends with the terminal event. */
    List<Buffer> closing(Stats stats);

    /** What the route still says when its model runner dies. */
    default Buffer lastWords() {
        return Buffer.buffer();
    }

    /** The answer in one JSON object. */
    Buffer whole(Stats stats);
}
