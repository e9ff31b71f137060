package dev.aicortex.gateway.cache;

import dev.aicortex.fleet.Server;
import dev.aicortex.gateway.tracing.RequestTrace;
import dev.aicortex.relay.Outgoing;
import dev.aicortex.relay.Sink;
import io.vertx.core.Future;
import org.jspecify.annotations.Nullable;

/**
 * A way to an answer that does not begin with one server's answer to the whole request. For one
 * request, and confined to its event loop.
 */
public interface Detour {
    /**
     * Looks for the answer; called once, before a server is looked for.
     *
     * @param content the digest of the model as it is served; empty while no server tells
     * @param servers how many hold it that may be asked
     * @param trace of the request
     * @return on the caller's event loop; fails as the request is to
     */
    Future<Found> find(String content, int servers, RequestTrace trace);

    /**
     * Where a server's answer to the whole request goes.
     *
     * @param content the digest of the model on that server; empty where it does not tell
     */
    Sink sink(Sink client, Outgoing answer, String content);

    /** How often servers were asked on it so far. */
    default int attempts() {
        return 0;
    }

    /** The last one that was; null where none was. */
    default @Nullable Server server() {
        return null;
    }

    /**
     * The request has ended, whether or not anything was found.
     *
     * @param clientLeft whether that is why
     */
    void over(boolean clientLeft);
}
