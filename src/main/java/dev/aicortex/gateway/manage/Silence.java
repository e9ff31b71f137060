package dev.aicortex.gateway.manage;

import io.vertx.core.Vertx;
import java.time.Duration;

/** Waits for a server that says nothing, up to a limit. */
final class Silence {
    /** Verifying or converting the largest models takes a good part of it, without a word. */
    static final Duration LONGEST_WORK = Duration.ofHours(1);

    private static final long NONE = -1;

    private final Vertx vertx;
    private final Runnable tooLong;
    private long timer = NONE;

    Silence(Vertx vertx, Runnable tooLong) {
        this.vertx = vertx;
        this.tooLong = tooLong;
    }

    /** The server has just been heard and may be silent for so long from now on. */
    void heard(Duration limit) {
        stop();
        timer = vertx.setTimer(limit.toMillis(), _ -> tooLong.run());
    }

    /** It need not be heard again. */
    void stop() {
        if (timer != NONE) {
            vertx.cancelTimer(timer);
            timer = NONE;
        }
    }
}
