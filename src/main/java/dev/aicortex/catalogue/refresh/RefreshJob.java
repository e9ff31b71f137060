package dev.aicortex.catalogue.refresh;

import dev.aicortex.catalogue.CatalogueStore;
import dev.aicortex.config.CortexConfig;
import io.quarkus.runtime.configuration.DurationConverter;
import io.quarkus.scheduler.Scheduled;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import org.jboss.logging.Logger;

/** Refreshes on a schedule; of several processes on one volume, one does it for all. */
@ApplicationScoped
class RefreshJob {
    private static final Logger LOG = Logger.getLogger(RefreshJob.class);

    private final CortexConfig config;
    private final CatalogueStore store;
    private final RefreshRuns runs;
    private final Clock clock = Clock.systemUTC();
    private boolean first = true;

    RefreshJob(CortexConfig config, CatalogueStore store, RefreshRuns runs) {
        this.config = config;
        this.store = store;
        this.runs = runs;
    }

    @Scheduled(
            every = "${cortex.refresh.every}",
            concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    @RunOnVirtualThread
    void refresh() throws InterruptedException {
        boolean begins = first;
        first = false;
        if (!begins && runs.stopsWithin(jitter())) {
            return;
        }
        if (begins || due()) {
            LOG.debugf("scheduled refresh: %s", runs.run());
        }
    }

    private Duration jitter() {
        long most = config.refresh().jitter().toMillis();
        return Duration.ofMillis(most <= 0 ? 0 : ThreadLocalRandom.current().nextLong(most));
    }

    /** Not when another process has just done it. */
    private boolean due() {
        Duration half = DurationConverter.parseDuration(config.refresh().every()).dividedBy(2);
        try {
            return store.volume()
                    .refreshedAt()
                    .map(then -> then.plus(half).isBefore(clock.instant()))
                    .orElse(true);
        } catch (IOException e) {
            LOG.debugf("when the catalogue was refreshed cannot be read: %s", e);
            return true;
        }
    }
}
