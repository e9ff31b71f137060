package dev.aicortex.catalogue.refresh;

import dev.aicortex.catalogue.Catalogue;
import dev.aicortex.catalogue.Disk;
import dev.aicortex.catalogue.Family;
import dev.aicortex.catalogue.Lease;
import dev.aicortex.catalogue.Volume;
import dev.aicortex.catalogue.refresh.Apply.Applied;
import dev.aicortex.catalogue.refresh.Apply.NotAppliedException;
import dev.aicortex.catalogue.refresh.Progress.Step;
import dev.aicortex.model.ServerUrl;
import dev.aicortex.ollama.ControlApi;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The four steps in one, top to bottom, under the volume's lease unless nothing is written.
 *
 * @param concurrency how many servers are asked at once
 * @param plugins steps of other jars
 * @param shipped the families that ship
 * @param warnings told of what a server did not answer
 */
public record Refresh(
        ControlApi api,
        int concurrency,
        List<RefreshStep> plugins,
        List<Family> shipped,
        Clock clock,
        Consumer<String> warnings) {
    private static final Logger LOG = Logger.getLogger(Refresh.class);

    /** Two may fail before the lease ends. */
    private static final Duration RENEWAL = Lease.TERM.dividedBy(3);

    /**
     * What a run did.
     *
     * @param durations of each step
     * @param failed how many of the {@code checked} servers did not answer
     * @param warnings files that were skipped, one tag with different contents
     */
    public record Report(
            Map<Step, Duration> durations,
            int checked,
            int failed,
            List<String> warnings,
            Applied applied) {}

    /** How long each step took, from the end of the one before it. */
    private static final class Watch {
        final Map<Step, Duration> durations = new EnumMap<>(Step.class);
        private long since = System.nanoTime();

        void ended(Step step) {
            long now = System.nanoTime();
            durations.put(step, Duration.ofNanos(now - since));
            since = now;
        }
    }

    /**
     * Runs them.
     *
     * @param targets which servers to ask
     */
    public Report run(Volume volume, Apply.Options options, Targets targets, Progress progress)
            throws IOException, NotAppliedException, Lease.HeldException {
        Apply apply = new Apply(volume, new Disk(), options, clock);
        if (options.dryRun()) {
            return steps(volume, targets, progress, apply, null);
        }
        try (Lease lease = Lease.take(volume, Lease.newHolder(), clock);
                ScheduledExecutorService _ = renewing(lease)) {
            return steps(volume, targets, progress, apply, lease);
        }
    }

    /** Keeps the lease while a long run lasts; one that is lost is noticed before the apply. */
    private static ScheduledExecutorService renewing(Lease lease) {
        ScheduledExecutorService timer =
                Executors.newSingleThreadScheduledExecutor(Thread.ofVirtual().factory());
        Runnable renewal =
                () -> {
                    try {
                        lease.renew();
                    } catch (IOException | Lease.HeldException e) {
                        LOG.warnf("the lease on the catalogue was not renewed: %s", e.getMessage());
                    }
                };
        long period = RENEWAL.toSeconds();
        ScheduledFuture<?> _ = timer.scheduleAtFixedRate(renewal, period, period, TimeUnit.SECONDS);
        return timer;
    }

    private Report steps(
            Volume volume, Targets targets, Progress progress, Apply apply, @Nullable Lease lease)
            throws IOException, NotAppliedException, Lease.HeldException {
        Volume.Content content = volume.read();
        Catalogue base = Catalogue.of(content.generation(), shipped, content.families());
        Map<String, ServerUrl> servers = targets.beside(content.families());
        Watch watch = new Watch();

        List<CheckedServer> checked = check(List.copyOf(servers.values()), progress);
        watch.ended(Step.CHECK);
        List<FetchedServer> fetched = fetch(checked, base, servers, progress);
        watch.ended(Step.FETCH);
        progress.at(Step.RESOLVE, 0, 1);
        Resolution resolution = Resolve.run(base, content.version(), fetched);
        resolution = after(resolution, RefreshStep::afterResolve);
        progress.at(Step.RESOLVE, 1, 1);
        watch.ended(Step.RESOLVE);
        progress.at(Step.APPLY, 0, 1);
        Applied applied = lease == null ? apply.dryRun(resolution) : apply.run(resolution, lease);
        progress.at(Step.APPLY, 1, 1);
        watch.ended(Step.APPLY);

        int failed = (int) fetched.stream().filter(server -> !server.up()).count();
        Stream<String> skipped = content.malformed().stream().map(what -> "skipped " + what);
        List<String> told = Stream.concat(skipped, resolution.warnings().stream()).toList();
        return new Report(watch.durations, fetched.size(), failed, told, applied);
    }

    /** Step 1, with what the plugins make of it. */
    public List<CheckedServer> check(List<ServerUrl> servers, Progress progress) {
        return after(
                new Check(api, concurrency, clock).run(servers, progress), RefreshStep::afterCheck);
    }

    /** Step 2, with what the plugins make of it. */
    public List<FetchedServer> fetch(
            List<CheckedServer> checked,
            Catalogue base,
            Map<String, ServerUrl> servers,
            Progress progress) {
        Function<String, ServerUrl> addresses = url -> servers.getOrDefault(url, ServerUrl.of(url));
        return after(
                new Fetch(api, concurrency, addresses, warnings)
                        .run(checked, Fetch.known(base), progress),
                RefreshStep::afterFetch);
    }

    /** What the steps of other jars make of a step's result. */
    private <T> T after(T result, BiFunction<RefreshStep, T, T> step) {
        T last = result;
        for (RefreshStep plugin : plugins) {
            last = step.apply(plugin, last);
        }
        return last;
    }
}
