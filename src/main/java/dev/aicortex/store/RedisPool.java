package dev.aicortex.store;

import io.vertx.core.Vertx;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisOptions;
import org.jspecify.annotations.Nullable;

/** Connections to Redis, or what speaks like it: opened with the first command. */
public final class RedisPool implements AutoCloseable {
    private static final int CONNECT_MILLIS = 1_000;
    private static final int CONNECTIONS = 8;
    private static final int WAITING = 1_024;

    private final Vertx vertx;
    private final String url;
    private final int pipelined;
    private @Nullable Redis redis;

    /**
     * @param pipelined commands whose answers one connection may wait for
     */
    public RedisPool(Vertx vertx, String url, int pipelined) {
        this.vertx = vertx;
        this.url = url;
        this.pipelined = pipelined;
    }

    /** Opens nothing yet. */
    public synchronized Redis client() {
        if (redis == null) {
            RedisOptions options =
                    new RedisOptions()
                            .setConnectionString(url)
                            .setMaxPoolSize(CONNECTIONS)
                            .setMaxPoolWaiting(WAITING)
                            .setMaxWaitingHandlers(pipelined);
            options.getNetClientOptions().setConnectTimeout(CONNECT_MILLIS);
            redis = Redis.createClient(vertx, options);
        }
        return redis;
    }

    @Override
    public synchronized void close() {
        if (redis != null) {
            redis.close();
        }
    }
}
