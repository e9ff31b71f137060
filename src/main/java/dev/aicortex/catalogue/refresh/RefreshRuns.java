package dev.aicortex.catalogue.refresh;

import dev.aicortex.catalogue.CatalogueStore;
import dev.aicortex.catalogue.Lease;
import dev.aicortex.config.CortexConfig;
import dev.aicortex.config.Plugins;
import dev.aicortex.ollama.GuardedControl;
import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The refreshes of this process, never two at a time; who asks meanwhile follows the one that runs.
 */
@ApplicationScoped
public class RefreshRuns {
    private static final Logger LOG = Logger.getLogger(RefreshRuns.class);

    /** A person may edit a file while a run is on its way. */
    private static final int TRIES = 3;

    private static final RefreshEvent STOPPED = new RefreshEvent.Skipped("the gateway is stopping");

    /** An interrupted run ends in milliseconds unless the volume holds it up. */
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final CortexConfig config;
    private final CatalogueStore store;
    private final GuardedControl control;
    private final KnownServers known;
    private final RefreshMetrics metrics;
    private final List<RefreshStep> plugins;
    private final Clock clock = Clock.systemUTC();
    private final CompletableFuture<Void> started = new CompletableFuture<>();
    private final CountDownLatch stop = new CountDownLatch(1);
    private @Nullable Run running;
    private @Nullable Thread runner;
    private volatile @Nullable RefreshEvent last;
    private volatile Instant lastAt = Instant.EPOCH;
    private volatile List<String> warned = List.of();

    RefreshRuns(
            CortexConfig config,
            CatalogueStore store,
            GuardedControl control,
            KnownServers known,
            RefreshMetrics metrics,
            @Any Instance<RefreshStep> steps) {
        this.config = config;
        this.store = store;
        this.control = control;
        this.known = known;
        this.metrics = metrics;
        this.plugins =
                Stream.concat(
                                steps.stream(),
                                Plugins.in(config.plugins()).load(RefreshStep.class).stream())
                        .toList();
    }

    private record Run(List<Consumer<RefreshEvent>> followers) {
        void tell(RefreshEvent event) {
            followers.forEach(follower -> follower.accept(event));
        }
    }

    /** Lets runs begin: the servers and the volume are settled. */
    public void start() {
        started.complete(null);
    }

    /**
     * No run begins any more, and one that is under way is given up: it would outlive the beans
     * that it needs. What it had not applied, the next process finds out again.
     */
    void stop(@Observes ShutdownDelayInitiatedEvent event) throws InterruptedException {
        stop.countDown();
        Thread current = runner();
        if (current != null) {
            current.interrupt();
            if (!current.join(PATIENCE)) {
                LOG.warn("a refresh of the catalogue is cut off by the stop");
            }
        }
    }

    private synchronized @Nullable Thread runner() {
        return running == null ? null : runner;
    }

    private boolean stopped() {
        return stop.getCount() == 0;
    }

    /** Waits so long, or until the gateway stops; whether it does. */
    boolean stopsWithin(Duration wait) throws InterruptedException {
        return stop.await(wait.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** How the last one ended, but for those that another process did; null before the first. */
    public @Nullable RefreshEvent last() {
        return last;
    }

    /** When {@link #last} ended. */
    public Instant lastAt() {
        return lastAt;
    }

    /**
     * Starts a refresh, or follows the one that runs.
     *
     * @param follower told of everything that happens from now on, the end included, on threads of
     *     the refresh
     */
    public synchronized void follow(Consumer<RefreshEvent> follower) {
        if (stopped()) {
            follower.accept(STOPPED);
            return;
        }
        if (running != null) {
            running.followers().add(follower);
            return;
        }
        Run run = new Run(new CopyOnWriteArrayList<>(List.of(follower)));
        running = run;
        runner = Thread.ofVirtual().name("refresh").start(() -> finish(run, attempt(run)));
    }

    /** Starts a refresh, or waits for the one that runs; gives its end. */
    public RefreshEvent run() {
        CompletableFuture<RefreshEvent> end = new CompletableFuture<>();
        follow(event -> {
            if (!(event instanceof RefreshEvent.At)) {
                end.complete(event);
            }
        });
        return end.join();
    }

    /** A plugin's broken class must not leave a run that never ends. */
    private RefreshEvent attempt(Run run) {
        try {
            return refresh(run);
        } catch (RuntimeException | LinkageError e) {
            if (stopped()) {
                return STOPPED;
            }
            LOG.error("a refresh failed in itself", e);
            return new RefreshEvent.Failed("it failed in itself, the log says why: " + e);
        }
    }

    private void finish(Run run, RefreshEvent end) {
        synchronized (this) {
            running = null;
        }
        if (stopped()) {
            run.tell(STOPPED);
            return;
        }
        if (!(end instanceof RefreshEvent.Skipped)) {
            last = end;
            lastAt = clock.instant();
        }
        try {
            store.reload();
            metrics.ended(end);
            log(end);
        } finally {
            run.tell(end);
        }
    }

    private RefreshEvent refresh(Run run) {
        started.join();
        try {
            for (int tried = 1; ; tried++) {
                try {
                    return new RefreshEvent.Finished(once(run));
                } catch (NotAppliedException e) {
                    if (!e.isOutdated() || tried == TRIES) {
                        return new RefreshEvent.Failed(String.valueOf(e.getMessage()));
                    }
                }
            }
        } catch (Lease.HeldException e) {
            return new RefreshEvent.Skipped(String.valueOf(e.getMessage()));
        } catch (IOException e) {
            return new RefreshEvent.Failed(
                    "%s cannot be used: %s".formatted(store.volume().dir(), e));
        }
    }

    private Refresh.Report once(Run run)
            throws IOException, NotAppliedException, Lease.HeldException {
        Refresh refresh =
                new Refresh(
                        control,
                        config.refresh().concurrency(),
                        plugins,
                        store.catalogue().shipped(),
                        clock,
                        this::warn);
        Apply.Options options =
                new Apply.Options(
                        false, false, config.refresh().maxLoss(), config.catalogue().keep());
        return refresh.run(
                store.volume(),
                options,
                Targets.withCatalogued(known.servers()),
                RunName.next(),
                (step, done, total) -> run.tell(new RefreshEvent.At(step, done, total)));
    }

    /** What a stop breaks off is no news. */
    private void warn(String warning) {
        if (!stopped()) {
            LOG.warn(warning);
        }
    }

    private void log(RefreshEvent end) {
        switch (end) {
            case RefreshEvent.Finished(Refresh.Report report) -> {
                report.warnings().stream()
                        .filter(warning -> !warned.contains(warning))
                        .forEach(LOG::warn);
                warned = report.warnings();
                Applied applied = report.applied();
                if (applied.written()) {
                    LOG.infof(
                            "catalogue refreshed: %d models added, %d changed, %d removed",
                            applied.added(), applied.changed(), applied.removed());
                }
            }
            case RefreshEvent.Failed(String reason) ->
                    LOG.warnf("the catalogue was not refreshed: %s", reason);
            case RefreshEvent.Skipped(String reason) -> LOG.debugf("no refresh here: %s", reason);
            case RefreshEvent.At _ -> throw new IllegalStateException("not an end");
        }
    }
}
