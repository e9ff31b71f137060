package dev.aicortex.catalogue.refresh;

import dev.aicortex.catalogue.CatalogueStore;
import dev.aicortex.catalogue.Lease;
import dev.aicortex.catalogue.refresh.Apply.Applied;
import dev.aicortex.catalogue.refresh.Apply.NotAppliedException;
import dev.aicortex.config.CortexConfig;
import dev.aicortex.config.Plugins;
import dev.aicortex.model.ServerUrl;
import dev.aicortex.ollama.ControlApi;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import io.quarkus.runtime.configuration.DurationConverter;
import io.quarkus.scheduler.Scheduled;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
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

    /** Runs that are told of. */
    private static final int MOST_TOLD = 50;

    /** A person may edit a file while a run is on its way. */
    private static final int TRIES = 3;

    private static final RefreshEvent.End STOPPED =
            new RefreshEvent.Skipped("the gateway is stopping");

    /** An interrupted run ends in milliseconds unless the volume holds it up. */
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final CortexConfig config;
    private final CatalogueStore store;
    private final ControlApi control;
    private final KnownServers known;
    private final MeterRegistry registry;
    private final List<RefreshStep> plugins;
    private final Clock clock = Clock.systemUTC();
    private final CompletableFuture<Void> started = new CompletableFuture<>();
    private final CountDownLatch stop = new CountDownLatch(1);
    private boolean first = true;
    private @Nullable Run running;

    /** The latest first. */
    private final Deque<RefreshRun.Watch> watches = new ArrayDeque<>();

    private volatile RefreshEvent.@Nullable End last;
    private volatile Instant lastAt = Instant.EPOCH;
    private volatile List<String> warned = List.of();

    RefreshRuns(
            CortexConfig config,
            CatalogueStore store,
            ControlApi control,
            KnownServers known,
            MeterRegistry registry,
            @Any Instance<RefreshStep> steps) {
        this.config = config;
        this.store = store;
        this.control = control;
        this.known = known;
        this.registry = registry;
        this.plugins =
                Stream.concat(
                                steps.stream(),
                                Plugins.load(config.plugins(), RefreshStep.class).stream())
                        .toList();
        registry.gauge("cortex.catalogue.models", store, all -> all.catalogue().size());
        registry.gauge(
                "cortex.catalogue.families", store, all -> all.catalogue().families().size());
        registry.gauge("cortex.catalogue.age.seconds", this, RefreshRuns::ageSeconds);
    }

    /** The servers that the running fleet has. */
    @FunctionalInterface
    public interface KnownServers {
        /** Each with its credentials. */
        List<ServerUrl> servers();
    }

    /** What those who follow a refresh are told. */
    public sealed interface RefreshEvent {
        /** A step has come further. */
        record At(Progress.Step step, int done, int total) implements RefreshEvent {}

        /** The last one. */
        sealed interface End extends RefreshEvent {}

        /** It came to its end. */
        record Finished(Refresh.Report report) implements End {}

        /** Another process is at it; this one takes over what that one finds. */
        record Skipped(String reason) implements End {}

        /** It did not come to its end; the old catalogue counts. */
        record Failed(String reason) implements End {}
    }

    private final class Run {
        final List<Consumer<RefreshEvent>> followers = new CopyOnWriteArrayList<>();
        final RefreshRun.Watch watch = new RefreshRun.Watch(clock);
        final Thread thread =
                Thread.ofVirtual().name("refresh").unstarted(() -> finish(this, attempt(this)));

        Run(Consumer<RefreshEvent> first) {
            followers.add(first);
        }

        void tell(RefreshEvent event) {
            watch.saw(event);
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
        Run current;
        synchronized (this) {
            current = running;
        }
        if (current != null) {
            current.thread.interrupt();
            if (!current.thread.join(PATIENCE)) {
                LOG.warn("a refresh of the catalogue is cut off by the stop");
            }
        }
    }

    private boolean stopped() {
        return stop.getCount() == 0;
    }

    /** Refreshes on a schedule; of several processes on one volume, one does it for all. */
    @Scheduled(
            every = "${cortex.refresh.every}",
            concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    @RunOnVirtualThread
    void refreshOnSchedule() throws InterruptedException {
        boolean begins = first;
        first = false;
        long jitter = Math.max(1, config.refresh().jitter().toMillis());
        long wait = begins ? 0 : ThreadLocalRandom.current().nextLong(jitter);
        boolean stops = stop.await(wait, TimeUnit.MILLISECONDS);
        if (begins || (!stops && due())) {
            LOG.debugf("scheduled refresh: %s", run());
        }
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

    /** How the last one ended, but for those that another process did; null before the first. */
    public RefreshEvent.@Nullable End last() {
        return last;
    }

    /** When {@link #last} ended. */
    public Instant lastAt() {
        return lastAt;
    }

    /** How long ago a refresh, by whichever process, came to its end; not a number when never. */
    public double ageSeconds() {
        Instant then = store.refreshedAt();
        return then == null
                ? Double.NaN
                : Duration.between(then, clock.instant()).toMillis() / 1000.0;
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
        if (running == null) {
            running = new Run(follower);
            watches.addFirst(running.watch);
            if (watches.size() > MOST_TOLD) {
                watches.removeLast();
            }
            running.thread.start();
        } else {
            running.followers.add(follower);
        }
    }

    /** The last runs of this process, the latest first; one may still be on its way. */
    public synchronized List<RefreshRun> runs() {
        return watches.stream().map(RefreshRun.Watch::seen).toList();
    }

    /** Starts a refresh, or waits for the one that runs; gives its end. */
    public RefreshEvent.End run() {
        CompletableFuture<RefreshEvent.End> ended = new CompletableFuture<>();
        follow(event -> {
            if (event instanceof RefreshEvent.End end) {
                ended.complete(end);
            }
        });
        return ended.join();
    }

    private void finish(Run run, RefreshEvent.End end) {
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
            ended(end);
        } finally {
            run.tell(end);
        }
    }

    private RefreshEvent.End attempt(Run run) {
        try {
            started.join();
            return new RefreshEvent.Finished(refresh(run));
        } catch (NotAppliedException e) {
            return new RefreshEvent.Failed(String.valueOf(e.getMessage()));
        } catch (Lease.HeldException e) {
            return new RefreshEvent.Skipped(String.valueOf(e.getMessage()));
        } catch (IOException e) {
            return new RefreshEvent.Failed(
                    "%s cannot be used: %s".formatted(store.volume().dir(), e));
        } catch (RuntimeException | LinkageError e) { // a plugin's class may be broken
            if (stopped()) {
                return STOPPED;
            }
            LOG.error("a refresh failed in itself", e);
            return new RefreshEvent.Failed("it failed in itself, the log says why: " + e);
        }
    }

    private Refresh.Report refresh(Run run)
            throws IOException, NotAppliedException, Lease.HeldException {
        for (int tried = 1; ; tried++) {
            try {
                return once(run);
            } catch (NotAppliedException e) {
                if (!e.isOutdated() || tried == TRIES) {
                    throw e;
                }
            }
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
                (step, done, total) -> run.tell(new RefreshEvent.At(step, done, total)));
    }

    /** What a stop breaks off is no news. */
    private void warn(String warning) {
        if (!stopped()) {
            LOG.warn(warning);
        }
    }

    /** Counts the run and tells the log of it. */
    private void ended(RefreshEvent.End end) {
        switch (end) {
            case RefreshEvent.Finished(Refresh.Report report) -> {
                count("runs", "result", "finished", 1);
                finished(report);
            }
            case RefreshEvent.Failed(String reason) -> {
                count("runs", "result", "failed", 1);
                LOG.warnf("the catalogue was not refreshed: %s", reason);
            }
            case RefreshEvent.Skipped(String reason) -> {
                count("runs", "result", "skipped", 1);
                LOG.debugf("no refresh here: %s", reason);
            }
        }
    }

    private void finished(Refresh.Report report) {
        report.durations()
                .forEach((step, duration) ->
                        registry.timer("cortex.refresh.step", "step", step.word())
                                .record(duration));
        Applied applied = report.applied();
        count("servers", "result", "up", report.checked() - report.failed());
        count("servers", "result", "failed", report.failed());
        count("models", "change", "added", applied.added());
        count("models", "change", "changed", applied.changed());
        count("models", "change", "removed", applied.removed());
        report.warnings().stream().filter(what -> !warned.contains(what)).forEach(LOG::warn);
        warned = report.warnings();
        if (applied.written()) {
            LOG.infof(
                    "catalogue refreshed: %d models added, %d changed, %d removed",
                    applied.added(), applied.changed(), applied.removed());
        }
    }

    private void count(String what, String tag, String value, long count) {
        registry.counter("cortex.refresh." + what, tag, value).increment((double) count);
    }
}
