package dev.aicortex.catalogue;

import io.quarkus.scheduler.Scheduled;
import jakarta.enterprise.context.ApplicationScoped;

/** Takes over what another replica, a command or a person changed on the volume. */
@ApplicationScoped
class ReloadJob {
    private final CatalogueStore store;

    ReloadJob(CatalogueStore store) {
        this.store = store;
    }

    @Scheduled(every = "5s", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    void reload() {
        store.reload();
    }
}
