package dev.aicortex.gateway.cache;

import dev.aicortex.dialect.Usage;
import dev.aicortex.fleet.Reply;
import dev.aicortex.fleet.Server;
import org.jspecify.annotations.Nullable;

/** Where a {@link Detour} has led to. */
public sealed interface Found {
    /** Nowhere: a server is asked. */
    record Nothing() implements Found {}

    /**
     * To an answer.
     *
     * @param usage as servers counted it for this request
     * @param attempts servers that were asked for it
     * @param server the last of them; null where none was
     */
    record Answer(Kept kept, Usage usage, int attempts, @Nullable Server server) implements Found {
        /** One that costs nothing. */
        static Answer of(Kept kept) {
            return new Answer(kept, Usage.NONE, 0, null);
        }
    }

    /**
     * To a server's words about the request.
     *
     * @param unclear whether they do not show whose fault it is
     */
    record Verdict(Reply reply, boolean unclear) implements Found {}
}
