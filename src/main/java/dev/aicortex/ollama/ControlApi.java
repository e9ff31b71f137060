package dev.aicortex.ollama;

import dev.aicortex.model.ServerUrl;

/**
 * What a server tells of its models, asked on the calling thread, which waits: for virtual threads.
 * Every method fails with {@link UnreachableException} alone.
 */
public interface ControlApi {
    /** {@code GET /api/tags}: the models that it holds. */
    TagList tags(ServerUrl server);

    /** {@code POST /api/show}: one model in detail. */
    ModelDetails show(ServerUrl server, String model);

    /** {@code GET /api/ps}: the models that are in its memory. */
    RunningList running(ServerUrl server);
}
