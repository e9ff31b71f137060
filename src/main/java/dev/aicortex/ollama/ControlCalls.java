package dev.aicortex.ollama;

import dev.aicortex.model.ServerUrl;
import io.smallrye.mutiny.Uni;

/**
 * What a server tells of itself, asked without waiting. Every answer is bounded while it is read,
 * and every failure is an {@link UnreachableException}.
 */
public interface ControlCalls {
    /** {@code GET /api/tags}: the models that it holds. */
    Uni<TagList> tags(ServerUrl server);

    /** {@code GET /api/ps}: the models that are in its memory. */
    Uni<RunningList> running(ServerUrl server);

    /** {@code POST /api/show}: one model in detail. */
    Uni<ModelDetails> show(ServerUrl server, String model);

    /** {@code GET /api/version}: without a number when it does not say. */
    Uni<OllamaApi.Version> version(ServerUrl server);

    /** Nobody will ask this server any more: what is kept for it may go. */
    default void forget(ServerUrl server) {}
}
