package dev.aicortex.http.admin;

import dev.aicortex.catalogue.CatalogueStore;
import dev.aicortex.catalogue.refresh.RefreshRuns;
import dev.aicortex.catalogue.refresh.RefreshRuns.RefreshEvent;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.Optional;

/** How the catalogue is; what it says in memory serves on, whatever is wrong with the volume. */
@ApplicationScoped
public class CatalogueState {
    private final CatalogueStore store;
    private final RefreshRuns runs;

    CatalogueState(CatalogueStore store, RefreshRuns runs) {
        this.store = store;
        this.runs = runs;
    }

    /** {@code up}, or {@code degraded} when it cannot be read or brought up to date. */
    String status() {
        return problem().isEmpty() ? "up" : "degraded";
    }

    /** What is wrong; empty when nothing is. */
    Optional<String> problem() {
        String unreadable = store.unreadable();
        if (unreadable != null) {
            return Optional.of(unreadable);
        }
        if (runs.last() instanceof RefreshEvent.Failed failed && !refreshedSince(runs.lastAt())) {
            return Optional.of(failed.reason());
        }
        return store.malformed().stream().findFirst().map(what -> "skipped " + what);
    }

    /** Another process may have done since what failed here. */
    private boolean refreshedSince(Instant failed) {
        Instant refreshed = store.refreshedAt();
        return refreshed != null && refreshed.isAfter(failed);
    }

    /** The last refresh of this process that came to its end. */
    Optional<RefreshEvent.Finished> lastFinished() {
        return Optional.ofNullable(runs.last())
                .filter(RefreshEvent.Finished.class::isInstance)
                .map(RefreshEvent.Finished.class::cast);
    }

    int models() {
        return store.catalogue().size();
    }

    int families() {
        return store.catalogue().families().size();
    }

    /** The volume's generation, empty when it has none. */
    String generation() {
        return store.catalogue().generation();
    }

    /** Seconds since a refresh came to its end, by whichever process; empty when never. */
    Optional<Long> ageSeconds() {
        double age = runs.ageSeconds();
        return Double.isNaN(age) ? Optional.empty() : Optional.of(Math.round(age));
    }
}
