package dev.aicortex.gateway;

import dev.aicortex.catalogue.CatalogueStore;
import dev.aicortex.catalogue.Disk;
import dev.aicortex.catalogue.refresh.RefreshRuns;
import dev.aicortex.fleet.FleetStart;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.PreDestroy;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.interceptor.Interceptor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Lets the catalogue be refreshed once the fleet is known. Simulated servers get a catalogue of
 * their own: they are gone with the process.
 */
@ApplicationScoped
public class CatalogueStart {
    private final FleetStart start;
    private final CatalogueStore store;
    private final RefreshRuns runs;
    private @Nullable Path dir;

    CatalogueStart(FleetStart start, CatalogueStore store, RefreshRuns runs) {
        this.start = start;
        this.store = store;
        this.runs = runs;
    }

    void onStart(@Observes @Priority(Interceptor.Priority.LIBRARY_AFTER) StartupEvent event)
            throws IOException {
        if (start.simulated()) {
            Path temporary = Files.createTempDirectory("aicortex-demo-");
            dir = temporary;
            store.open(temporary);
        }
        runs.start();
    }

    @PreDestroy
    void stop() throws IOException {
        if (dir != null) {
            new Disk().delete(dir);
        }
    }
}
