package dev.aicortex.catalogue.refresh;

import dev.aicortex.catalogue.CatalogueStore;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/** What a dashboard shows of the catalogue and of its refreshes. */
@ApplicationScoped
public class RefreshMetrics {
    private final MeterRegistry registry;
    private final CatalogueStore store;
    private final Clock clock = Clock.systemUTC();

    RefreshMetrics(MeterRegistry registry, CatalogueStore store) {
        this.registry = registry;
        this.store = store;
        registry.gauge("cortex.catalogue.models", store, all -> all.catalogue().size());
        registry.gauge(
                "cortex.catalogue.families", store, all -> all.catalogue().families().size());
        registry.gauge("cortex.catalogue.age.seconds", this, RefreshMetrics::ageSeconds);
    }

    /** How long ago a refresh, by whichever process, came to its end; not a number when never. */
    public double ageSeconds() {
        Instant then = store.refreshedAt();
        return then == null
                ? Double.NaN
                : Duration.between(then, clock.instant()).toMillis() / 1000.0;
    }

    void ended(RefreshEvent end) {
        registry.counter("cortex.refresh.runs", "result", word(end)).increment();
        if (end instanceof RefreshEvent.Finished finished) {
            finished(finished.report());
        }
    }

    private static String word(RefreshEvent end) {
        return switch (end) {
            case RefreshEvent.Finished _ -> "finished";
            case RefreshEvent.Skipped _ -> "skipped";
            case RefreshEvent.Failed _, RefreshEvent.At _ -> "failed";
        };
    }

    private void finished(Refresh.Report report) {
        report.durations()
                .forEach((step, duration) ->
                        registry.timer("cortex.refresh.step", "step", step.word())
                                .record(duration));
        servers("up", report.checked() - report.failed());
        servers("failed", report.failed());
        models("added", report.applied().added());
        models("changed", report.applied().changed());
        models("removed", report.applied().removed());
    }

    private void servers(String result, int count) {
        registry.counter("cortex.refresh.servers", "result", result).increment(count);
    }

    private void models(String change, long count) {
        registry.counter("cortex.refresh.models", "change", change).increment((double) count);
    }
}
