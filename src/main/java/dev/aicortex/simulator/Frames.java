package dev.aicortex.simulator;

import io.vertx.core.buffer.Buffer;
import java.util.List;

/** How a route puts one answer into bytes: as a stream of chunks, or whole. */
interface Frames {
    StreamKind kind();

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
