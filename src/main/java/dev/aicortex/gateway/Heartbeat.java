package dev.aicortex.gateway;

import dev.aicortex.relay.StreamKind;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.time.Duration;

/**
 * Keeps a client's connection alive while its model loads: proxies and clients give up on one that
 * is silent for long. The first beat sends the head of a stream, so that the status is open until
 * then and a 200 from then on. Confined to the event loop of the response.
 */
final class Heartbeat {
    private final Vertx vertx;
    private final HttpServerResponse response;
    private final Runnable beforeHead;
    private final Buffer frame;
    private final long everyMillis;
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
    }

    void start() {
        timer = vertx.setPeriodic(everyMillis, _ -> beat());
    }

    void stop() {
        if (timer >= 0) {
            vertx.cancelTimer(timer);
            timer = -1;
        }
    }

    private void beat() {
        if (response.closed() || response.ended()) {
            stop();
            return;
        }
        if (!response.headWritten()) {
            beforeHead.run();
            response.setStatusCode(200)
                    .putHeader("Content-Type", "text/event-stream")
                    .putHeader("Cache-Control", "no-cache")
                    .setChunked(true);
        }
        response.write(frame.copy());
    }
}
