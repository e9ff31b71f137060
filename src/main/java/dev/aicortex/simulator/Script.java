package dev.aicortex.simulator;

import io.vertx.core.buffer.Buffer;

/** The chunks of a stream, in order. */
interface Script {
    /** Nanoseconds after the stream's start at which the next chunk is due. */
    long due();

    Buffer next();

    boolean hasNext();

    /** What is said in place of the next chunk if the model runner dies here. */
    Buffer lastWords();
}
