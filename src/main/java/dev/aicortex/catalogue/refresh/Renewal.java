package dev.aicortex.catalogue.refresh;

import dev.aicortex.catalogue.Lease;
import java.io.IOException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/** Keeps a lease while a long run lasts. */
final class Renewal implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(Renewal.class);

    /** Two may fail before the lease ends. */
    private static final long EVERY_SECONDS = Lease.TERM.toSeconds() / 3;

    private final ScheduledExecutorService timer;
    private final ScheduledFuture<?> renewing;

    private Renewal(ScheduledExecutorService timer, ScheduledFuture<?> renewing) {
        this.timer = timer;
        this.renewing = renewing;
    }

    static Renewal of(Lease lease) {
        ScheduledExecutorService timer =
                Executors.newSingleThreadScheduledExecutor(Thread.ofVirtual().factory());
        ScheduledFuture<?> renewing =
                timer.scheduleAtFixedRate(
                        () -> renew(lease), EVERY_SECONDS, EVERY_SECONDS, TimeUnit.SECONDS);
        return new Renewal(timer, renewing);
    }

    /** A lease that is lost is noticed before anything is applied. */
    private static void renew(Lease lease) {
        try {
            lease.renew();
        } catch (IOException | Lease.HeldException e) {
            LOG.warnf("the lease on the catalogue was not renewed: %s", e.getMessage());
        }
    }

    @Override
    public void close() {
        renewing.cancel(true);
        timer.shutdownNow();
    }
}
