package dev.aicortex.gateway;

import dev.aicortex.relay.Relay;
import dev.aicortex.relay.StreamKind;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a client's connection alive while its server is silent, whenever that is: proxies and
 * clients give up on one that is silent for long. The first beat before an answer sends the head of
 * a stream, so that the status is open until then and a 200 from then on. Confined to the event
 * loop of the response.
 */
final class Heartbeat {
    private final Vertx vertx;
    private final HttpServerResponse response;
    private final Runnable beforeHead;
    private final Buffer frame;
    private final long everyMillis;
    private long written = System.nanoTime();
    private @Nullable Relay relay;
    private long timer = -1;

    /**
     * @param beforeHead runs when the head is about to be sent
     */
    Heartbeat(
            Vertx vertx,
            HttpServerResponse response,
            StreamKind kind,
            Duration every,
            Runnable beforeHead) {
        this.vertx = vertx;
        this.beforeHead = beforeHead;
        this.response = response;
        this.frame = kind.heartbeat();
        this.everyMillis = every.toMillis();
        watch(everyMillis);
    }

    /** From now on this moves the answer. */
    void beside(Relay next) {
        relay = next;
    }

    void stop() {
        vertx.cancelTimer(timer);
    }

    private void watch(long millis) {
        timer = vertx.setTimer(Math.max(1, millis), _ -> check());
    }

    private void check() {
        if (response.closed() || response.ended()) {
            return;
        }
        if (relay != null) {
            written = Math.max(written, relay.lastWritten());
        }
        long silent = (System.nanoTime() - written) / 1_000_000;
        if (silent < everyMillis) {
            watch(everyMillis - silent);
            return;
        }
        if (relay == null || relay.betweenEvents()) {
            beat();
        }
        watch(everyMillis);
    }

    private void beat() {
        if (!response.headWritten()) {
            beforeHead.run();
            response.setStatusCode(200)
                    .putHeader("Content-Type", "text/event-stream")
                    .putHeader("Cache-Control", "no-cache")
                    .setChunked(true);
        }
        response.write(frame.copy());
        written = System.nanoTime();
    }
}
