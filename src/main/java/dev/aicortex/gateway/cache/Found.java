package dev.aicortex.gateway.cache;

import dev.aicortex.fleet.Reply;

/** Where a {@link Detour} has led to. */
public sealed interface Found {
    /** Nowhere: a server is asked. */
    record Nothing() implements Found {}

    /** To an answer. */
    record Answer(Kept kept) implements Found {}

    /**
     * To a server's words about the request.
     *
     * @param unclear whether they do not show whose fault it is
     */
    record Verdict(Reply reply, boolean unclear) implements Found {}
}
