package dev.aicortex.catalogue.refresh;

import dev.aicortex.catalogue.Catalogue;
import dev.aicortex.catalogue.Disk;
import dev.aicortex.catalogue.Family;
import dev.aicortex.catalogue.Lease;
import dev.aicortex.catalogue.Volume;
import dev.aicortex.model.ServerUrl;
import dev.aicortex.ollama.ControlApi;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** The four steps in one, top to bottom, under the volume's lease unless nothing is written. */
public final class Refresh {
    private final ControlApi api;
    private final int concurrency;
    private final List<RefreshStep> plugins;
    private final List<Family> shipped;
    private final Clock clock;
    private final Consumer<String> warnings;
    private final Map<Step, Duration> durations = new EnumMap<>(Step.class);

    /**
     * One run.
     *
     * @param concurrency how many servers are asked at once
     * @param plugins steps of other jars
     * @param shipped the families that ship
     * @param warnings told of what a server did not answer
     */
    public Refresh(
            ControlApi api,
            int concurrency,
            List<RefreshStep> plugins,
            List<Family> shipped,
            Clock clock,
            Consumer<String> warnings) {
        this.api = api;
        this.concurrency = concurrency;
        this.plugins = List.copyOf(plugins);
        this.shipped = shipped;
        this.clock = clock;
        this.warnings = warnings;
    }

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

    /** How a run ends: the resolution is applied, or only compared. */
    private interface LastStep {
        Applied of(Resolution resolution)
                throws IOException, NotAppliedException, Lease.HeldException;
    }

    /**
     * Runs them.
     *
     * @param targets which servers to ask
     * @param holder a name for the lease that no other run has
     */
    public Report run(
            Volume volume, Apply.Options options, Targets targets, String holder, Progress progress)
            throws IOException, NotAppliedException, Lease.HeldException {
        Apply apply = new Apply(volume, new Disk(), options, clock);
        if (options.dryRun()) {
            return steps(volume, targets, progress, apply::dryRun);
        }
        try (Lease lease = Lease.take(volume, holder, clock);
                Renewal _ = Renewal.of(lease)) {
            return steps(volume, targets, progress, resolution -> apply.run(resolution, lease));
        }
    }

    private Report steps(Volume volume, Targets targets, Progress progress, LastStep apply)
            throws IOException, NotAppliedException, Lease.HeldException {
        Volume.Content content = volume.read();
        Catalogue base = Catalogue.of(content.generation(), shipped, content.families());
        Map<String, ServerUrl> servers = targets.beside(content.families());

        List<CheckedServer> checked =
                timed(Step.CHECK, () -> check(List.copyOf(servers.values()), progress));
        List<FetchedServer> fetched =
                timed(Step.FETCH, () -> fetch(checked, base, servers, progress));
        Resolution resolution =
                timed(Step.RESOLVE, () -> resolve(base, content.version(), fetched, progress));
        long started = System.nanoTime();
        progress.at(Step.APPLY, 0, 1);
        Applied applied = apply.of(resolution);
        progress.at(Step.APPLY, 1, 1);
        durations.put(Step.APPLY, Duration.ofNanos(System.nanoTime() - started));
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
        List<FetchedServer> fetched =
                new Fetch(
                                api,
                                concurrency,
                                url -> servers.getOrDefault(url, ServerUrl.of(url)),
                                warnings)
                        .run(checked, Fetch.known(base), progress);
        for (RefreshStep plugin : plugins) {
            fetched = plugin.afterFetch(fetched);
        }
        return fetched;
    }

    private Resolution resolve(
            Catalogue base, String version, List<FetchedServer> fetched, Progress progress) {
        progress.at(Step.RESOLVE, 0, 1);
        Resolution resolution = Resolve.run(base, version, fetched);
        for (RefreshStep plugin : plugins) {
            resolution = plugin.afterResolve(resolution);
        }
        progress.at(Step.RESOLVE, 1, 1);
        return resolution;
    }

    private <T> T timed(Step step, Supplier<T> work) {
        long started = System.nanoTime();
        T result = work.get();
        durations.put(step, Duration.ofNanos(System.nanoTime() - started));
        return result;
    }
}
