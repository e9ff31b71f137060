package dev.aicortex.gateway;

import dev.aicortex.catalogue.CatalogueStore;
import dev.aicortex.catalogue.Disk;
import dev.aicortex.catalogue.Facts;
import dev.aicortex.catalogue.Family;
import dev.aicortex.catalogue.Model;
import dev.aicortex.catalogue.ModelServer;
import dev.aicortex.catalogue.refresh.RefreshRuns;
import dev.aicortex.catalogue.refresh.Targets;
import dev.aicortex.fleet.Fleet;
import dev.aicortex.fleet.FleetStart;
import dev.aicortex.fleet.ServerList.LastKnown;
import dev.aicortex.fleet.ServerSources;
import dev.aicortex.model.ModelName;
import dev.aicortex.model.ServerUrl;
import dev.aicortex.ollama.TagList;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.PreDestroy;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import jakarta.interceptor.Interceptor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Ties the catalogue to the fleet: each is told what the other knows of the servers, and refreshes
 * begin once the fleet is known. Simulated servers get a catalogue of their own: they are gone with
 * the process.
 */
@ApplicationScoped
public class CatalogueOfFleet implements LastKnown {
    private final FleetStart start;
    private final CatalogueStore store;
    private final RefreshRuns runs;
    private @Nullable Path dir;

    CatalogueOfFleet(FleetStart start, CatalogueStore store, RefreshRuns runs) {
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

    /** The servers that the fleet has, and those that have been discovered since. */
    @Produces
    @Singleton
    static RefreshRuns.KnownServers known(Fleet fleet, ServerSources sources) {
        return () ->
                Stream.concat(
                                fleet.snapshot().states().stream()
                                        .map(state -> state.server().url()),
                                sources.servers().stream())
                        .toList();
    }

    @Override
    public List<ServerUrl> servers() {
        return Targets.catalogued(store.catalogue().volume());
    }

    @Override
    public Map<String, Map<ModelName, TagList.Tag>> models(List<ServerUrl> servers) {
        Map<String, Map<ModelName, TagList.Tag>> models = new HashMap<>();
        servers.forEach(server -> models.put(server.toString(), new TreeMap<>()));
        for (Family family : store.catalogue().volume()) {
            family.models().forEach(model -> add(model, models));
        }
        return models;
    }

    private static void add(Model model, Map<String, Map<ModelName, TagList.Tag>> models) {
        for (ModelServer server : model.servers()) {
            Map<ModelName, TagList.Tag> held = models.get(server.url());
            if (held != null) {
                held.putIfAbsent(model.key(), tag(model, server));
            }
        }
    }

    private static TagList.Tag tag(Model model, ModelServer server) {
        Facts facts = model.facts();
        TagList.Details details =
                new TagList.Details(model.family(), facts.parameters(), facts.quantization());
        return new TagList.Tag(
                model.name(),
                model.name(),
                facts.modifiedAt(),
                facts.sizeBytes(),
                server.digest(),
                details,
                null,
                null);
    }
}
