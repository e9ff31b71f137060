package dev.aicortex.gateway;

import dev.aicortex.catalogue.CatalogueStore;
import dev.aicortex.catalogue.Facts;
import dev.aicortex.catalogue.Family;
import dev.aicortex.catalogue.Model;
import dev.aicortex.catalogue.ModelServer;
import dev.aicortex.catalogue.refresh.Targets;
import dev.aicortex.fleet.ServerList.LastKnown;
import dev.aicortex.model.ModelName;
import dev.aicortex.model.ServerUrl;
import dev.aicortex.ollama.TagList;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Tells the fleet what the catalogue's volume remembers of its servers. */
@ApplicationScoped
public class CataloguedServers implements LastKnown {
    private final CatalogueStore store;

    CataloguedServers(CatalogueStore store) {
        this.store = store;
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
        models.replaceAll((_, held) -> Collections.unmodifiableMap(held));
        return models;
    }

    private static void add(Model model, Map<String, Map<ModelName, TagList.Tag>> models) {
        ModelName name = model.key();
        for (ModelServer server : model.servers()) {
            Map<ModelName, TagList.Tag> held = models.get(server.url());
            if (held != null) {
                held.putIfAbsent(name, tag(model, server));
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
