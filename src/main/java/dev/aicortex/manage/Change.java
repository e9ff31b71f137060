package dev.aicortex.manage;

import io.vertx.core.Future;

/** One kind of change: chooses the servers, asks them, and answers. */
@FunctionalInterface
interface Change {
    /**
     * Runs it.
     *
     * @return done when the answer has ended; fails with a {@link
     *     dev.aicortex.model.CortexException} while it has not begun
     */
    Future<Void> run(ManageRequest request, Client client);
}
