package dev.aicortex.gateway;

import dev.aicortex.catalogue.CatalogueStore;
import dev.aicortex.catalogue.Facts;
import dev.aicortex.catalogue.Family;
import dev.aicortex.catalogue.Model;
import dev.aicortex.catalogue.refresh.Targets;
import dev.aicortex.fleet.LastKnown;
import dev.aicortex.model.ModelName;
import dev.aicortex.model.ServerUrl;
import dev.aicortex.ollama.TagList;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Collections;
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
    public Map<ModelName, TagList.Tag> models(ServerUrl server) {
        String url = server.toString();
        Map<ModelName, TagList.Tag> models = new TreeMap<>();
        for (Family family : store.catalogue().volume()) {
            family.models().stream()
                    .filter(model -> model.servers().stream().anyMatch(s -> s.url().equals(url)))
                    .forEach(model -> models.putIfAbsent(model.key(), tag(model)));
        }
        return Collections.unmodifiableMap(models);
    }

    private static TagList.Tag tag(Model model) {
        Facts facts = model.facts();
        TagList.Details details =
                new TagList.Details(
                        "",
                        "gguf",
                        model.family(),
                        List.of(model.family()),
                        facts.parameters(),
                        facts.quantization());
        return new TagList.Tag(
                model.name(),
                model.name(),
                facts.modifiedAt(),
                facts.sizeBytes(),
                facts.digest(),
                details);
    }
}
