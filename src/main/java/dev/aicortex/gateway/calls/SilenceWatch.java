package dev.aicortex.gateway.calls;

import dev.aicortex.fleet.Server;
import dev.aicortex.routing.Silence;
import java.util.concurrent.TimeUnit;

/**
 * Waits with whoever waits for a server: looks at one that is silent, and minds the limits that
 * hold whatever the server does. Confined to its event loop.
 */
public final class SilenceWatch {
    /** Between a look that was missed and the next one. */
    private static final long DOUBT_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    private final Looks looks;
    private final Server server;
    private final Watched watched;
    private final long afterNanos;
    private Silence silence = Silence.NEW;
    private long lookAt;
    private boolean looking;
    private boolean over;

    /** What is waited for. */
    public interface Watched {
        /** For how many nanoseconds the server has sent nothing though it might have. */
        long silentNanos(long now);

        /** How many nanoseconds are left until a limit of the request. */
        long leftNanos(long now);

        /** Whether nothing has been said and another server may answer. */
        boolean replaceable();

        /** The limit is reached. */
        void late();

        /** The server does not live. */
        void dead(String reason);
    }

    public SilenceWatch(Looks looks, Server server, Watched watched) {
        this.looks = looks;
        this.server = server;
        this.watched = watched;
        this.afterNanos = looks.after().toNanos();
        this.lookAt = System.nanoTime() + afterNanos;
    }

    /** Nothing is waited for any more. */
    public void stop() {
        over = true;
    }

    /** Time has passed. */
    public void tick(long now) {
        if (over) {
            return;
        }
        if (watched.leftNanos(now) <= 0) {
            watched.late();
        } else if (!looking && now - lookAt >= 0) {
            long silent = watched.silentNanos(now);
            if (silent < afterNanos) {
                silence = Silence.NEW;
                lookAt = now + afterNanos - silent;
            } else {
                look(silent);
            }
        }
    }

    private void look(long before) {
        looking = true;
        looks.at(server)
                .onSuccess(
                        lives -> looked(lives || watched.silentNanos(System.nanoTime()) < before));
    }

    private void looked(boolean lives) {
        looking = false;
        if (over) {
            return;
        }
        long now = System.nanoTime();
        silence = silence.looked(lives);
        switch (silence.verdict(watched.replaceable())) {
            case WAIT -> lookAt = now + afterNanos;
            case DOUBT -> lookAt = now + DOUBT_NANOS;
            case GIVE_UP ->
                    watched.dead(
                            "it was silent for %d s and does not answer /api/version either"
                                    .formatted(
                                            TimeUnit.NANOSECONDS.toSeconds(
                                                    watched.silentNanos(now))));
        }
    }
}
