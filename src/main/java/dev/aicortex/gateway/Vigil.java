package dev.aicortex.gateway;

import dev.aicortex.fleet.Server;
import dev.aicortex.routing.Silence;
import io.vertx.core.Vertx;
import java.time.Duration;

/**
 * Waits with whoever waits for a server: looks at one that is silent, and minds the limits that
 * hold whatever the server does. Confined to its event loop.
 */
final class Vigil {
    /** Between a look that was missed and the next one. */
    private static final long DOUBT_MILLIS = 250;

    private final Vertx vertx;
    private final Looks looks;
    private final Server server;
    private final Watched watched;
    private final long afterMillis;
    private Silence silence = Silence.NEW;
    private long timer = -1;
    private boolean over;

    /** What is waited for. */
    interface Watched {
        /** For how long the server has sent nothing though it might have. */
        Duration silent();

        /** How much is left until a limit of the request. */
        Duration left();

        /** Whether nothing has been said and another server may answer. */
        boolean replaceable();

        /** The limit is reached. */
        void late();

        /** The server does not live. */
        void dead(String reason);
    }

    Vigil(Vertx vertx, Looks looks, Server server, Watched watched) {
        this.vertx = vertx;
        this.looks = looks;
        this.server = server;
        this.watched = watched;
        this.afterMillis = looks.after().toMillis();
    }

    void start() {
        watch(afterMillis);
    }

    void stop() {
        over = true;
        vertx.cancelTimer(timer);
    }

    private void watch(long millis) {
        long left = watched.left().toMillis();
        timer = vertx.setTimer(Math.max(1, Math.min(millis, left)), _ -> tick());
    }

    private void tick() {
        if (!watched.left().isPositive()) {
            watched.late();
            if (over) {
                return;
            }
        }
        long silent = watched.silent().toMillis();
        if (silent < afterMillis) {
            silence = Silence.NEW;
            watch(afterMillis - silent);
        } else {
            look();
        }
    }

    private void look() {
        long before = watched.silent().toMillis();
        timer = vertx.setTimer(Math.max(1, watched.left().toMillis()), _ -> watched.late());
        looks.at(server).onSuccess(lives -> looked(lives || watched.silent().toMillis() < before));
    }

    private void looked(boolean lives) {
        if (over) {
            return;
        }
        vertx.cancelTimer(timer);
        silence = silence.looked(lives);
        switch (silence.verdict(watched.replaceable())) {
            case WAIT -> watch(afterMillis);
            case DOUBT -> watch(DOUBT_MILLIS);
            case GIVE_UP ->
                    watched.dead(
                            "it was silent for %d s and does not answer /api/version either"
                                    .formatted(watched.silent().toSeconds()));
        }
    }
}
