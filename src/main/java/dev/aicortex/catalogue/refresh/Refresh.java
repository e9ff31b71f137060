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
import java.util.Collection;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** The four steps in one, top to bottom, under the volume's lease. */
public final class Refresh {
    private final ControlApi api;
    private final int concurrency;
    private final List<RefreshStep> plugins;
    private final List<Family> shipped;
    private final Clock clock;
    private final Map<Step, Duration> durations = new EnumMap<>(Step.class);

    /**
     * @param concurrency how many servers are asked at once
     * @param plugins steps of other jars
     * @param shipped the families that ship
     */
    public Refresh(
            ControlApi api,
            int concurrency,
            List<RefreshStep> plugins,
            List<Family> shipped,
            Clock clock) {
        this.api = api;
        this.concurrency = concurrency;
        this.plugins = List.copyOf(plugins);
        this.shipped = shipped;
        this.clock = clock;
    }

    /**
     * What a run did.
     *
     * @param durations of each step
     * @param failed how many of the {@code checked} servers did not answer
     */
    public record Report(
            Map<Step, Duration> durations,
            int checked,
            int failed,
            List<String> warnings,
            Applied applied) {}

    /**
     * Runs them.
     *
     * @param known servers from outside the catalogue, each with its credentials; those that the
     *     volume names are added
     * @param holder a name for the lease that no other run has
     */
    public Report run(
            Volume volume,
            Apply.Options options,
            List<ServerUrl> known,
            String holder,
            Progress progress)
            throws IOException, NotAppliedException, Lease.HeldException {
        try (Lease lease = Lease.take(volume, holder, clock);
                Renewal _ = Renewal.of(lease)) {
            Volume.Content content = volume.read();
            Catalogue base = Catalogue.of(content.generation(), shipped, content.families());
            Map<String, ServerUrl> servers = targets(known, content.families());

            List<CheckedServer> checked =
                    timed(Step.CHECK, () -> check(List.copyOf(servers.values()), progress));
            List<FetchedServer> fetched =
                    timed(Step.FETCH, () -> fetch(checked, base, servers, progress));
            Resolution resolution =
                    timed(Step.RESOLVE, () -> resolve(base, content.version(), fetched, progress));
            long started = System.nanoTime();
            progress.at(Step.APPLY, 0, 1);
            Applied applied = new Apply(volume, new Disk(), options).run(resolution, lease);
            progress.at(Step.APPLY, 1, 1);
            durations.put(Step.APPLY, Duration.ofNanos(System.nanoTime() - started));
            int failed = (int) fetched.stream().filter(server -> !server.up()).count();
            return new Report(durations, fetched.size(), failed, resolution.warnings(), applied);
        }
    }

    /** The servers known from outside, then those that the volume's files name, each once. */
    public static Map<String, ServerUrl> targets(
            Collection<ServerUrl> known, List<Family> families) {
        Map<String, ServerUrl> targets = new LinkedHashMap<>();
        known.forEach(server -> targets.putIfAbsent(server.toString(), server));
        families.stream()
                .flatMap(family -> family.models().stream())
                .flatMap(model -> model.servers().stream())
                .map(server -> server.url())
                .distinct()
                .sorted()
                .forEach(url -> targets.computeIfAbsent(url, ServerUrl::of));
        return targets;
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
                new Fetch(api, concurrency, url -> servers.getOrDefault(url, ServerUrl.of(url)))
                        .run(checked, Fetch.knownDigests(base), progress);
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
