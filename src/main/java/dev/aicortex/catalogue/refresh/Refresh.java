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
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
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

    /** A step; whatever it fails with, the old catalogue counts. */
    private interface Work<T> {
        T run() throws IOException, NotAppliedException, Lease.HeldException;
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

    /** Keeps the lease while a long run lasts. */
    private static ScheduledExecutorService renewing(Lease lease) {
        ScheduledExecutorService timer =
                Executors.newSingleThreadScheduledExecutor(Thread.ofVirtual().factory());
        ScheduledFuture<?> _ =
                timer.scheduleAtFixedRate(
                        () -> renew(lease),
                        RENEWAL.toSeconds(),
                        RENEWAL.toSeconds(),
                        TimeUnit.SECONDS);
        return timer;
    }

    /** A lease that is lost is noticed before anything is applied. */
    private static void renew(Lease lease) {
        try {
            lease.renew();
        } catch (IOException | Lease.HeldException e) {
            LOG.warnf("the lease on the catalogue was not renewed: %s", e.getMessage());
        }
    }

    private Report steps(
            Volume volume, Targets targets, Progress progress, Apply apply, @Nullable Lease lease)
            throws IOException, NotAppliedException, Lease.HeldException {
        Volume.Content content = volume.read();
        Catalogue base = Catalogue.of(content.generation(), shipped, content.families());
        Map<String, ServerUrl> servers = targets.beside(content.families());
        Map<Step, Duration> durations = new EnumMap<>(Step.class);

        List<CheckedServer> checked =
                timed(durations, Step.CHECK, () -> check(List.copyOf(servers.values()), progress));
        List<FetchedServer> fetched =
                timed(durations, Step.FETCH, () -> fetch(checked, base, servers, progress));
        progress.at(Step.RESOLVE, 0, 1);
        Resolution resolution =
                timed(durations, Step.RESOLVE, () -> resolve(base, content.version(), fetched));
        progress.at(Step.RESOLVE, 1, 1);
        progress.at(Step.APPLY, 0, 1);
        Applied applied =
                timed(
                        durations,
                        Step.APPLY,
                        () ->
                                lease == null
                                        ? apply.dryRun(resolution)
                                        : apply.run(resolution, lease));
        progress.at(Step.APPLY, 1, 1);

        int failed = (int) fetched.stream().filter(server -> !server.up()).count();
        List<String> told = new ArrayList<>();
        content.malformed().forEach(what -> told.add("skipped " + what));
        told.addAll(resolution.warnings());
        return new Report(durations, fetched.size(), failed, told, applied);
    }

    private List<CheckedServer> check(List<ServerUrl> servers, Progress progress) {
        List<CheckedServer> checked = new Check(api, concurrency, clock).run(servers, progress);
        for (RefreshStep plugin : plugins) {
            checked = plugin.afterCheck(checked);
        }
        return checked;
    }

    private List<FetchedServer> fetch(
            List<CheckedServer> checked,
            Catalogue base,
            Map<String, ServerUrl> servers,
            Progress progress) {
        Function<String, ServerUrl> addresses = url -> servers.getOrDefault(url, ServerUrl.of(url));
        List<FetchedServer> fetched =
                new Fetch(api, concurrency, addresses, warnings)
                        .run(checked, Fetch.known(base), progress);
        for (RefreshStep plugin : plugins) {
            fetched = plugin.afterFetch(fetched);
        }
        return fetched;
    }

    private Resolution resolve(Catalogue base, String version, List<FetchedServer> fetched) {
        Resolution resolution = Resolve.run(base, version, fetched);
        for (RefreshStep plugin : plugins) {
            resolution = plugin.afterResolve(resolution);
        }
        return resolution;
    }

    private static <T> T timed(Map<Step, Duration> durations, Step step, Work<T> work)
            throws IOException, NotAppliedException, Lease.HeldException {
        long started = System.nanoTime();
        T result = work.run();
        durations.put(step, Duration.ofNanos(System.nanoTime() - started));
        return result;
    }
}
