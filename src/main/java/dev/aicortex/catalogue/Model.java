package dev.aicortex.catalogue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aicortex.model.ModelName;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * One model of the catalogue.
 *
 * @param name as people write it, {@code llama3.2:3b}
 * @param family the name of its family, which is also that of its file
 * @param description what it is good for, in words that a person wrote
 * @param tags that a person gave it, for example {@code chat}
 * @param servers that hold it as far as is known, in the order of their addresses
 * @param extra fields of the file that are not ours
 */
public record Model(
        String name,
        String family,
        Facts facts,
        String description,
        List<String> tags,
        List<ModelServer> servers,
        Map<String, JsonNode> extra) {
    /** The one order of models: by the name that is compared, then by spelling. */
    public static final Comparator<Model> BY_NAME =
            Comparator.comparing(Model::key).thenComparing(Model::name);

    public Model {
        tags = List.copyOf(tags);
        servers = List.copyOf(servers);
    }

    /** A model of which nothing but the name is known. */
    public static Model named(String name, String family) {
        return new Model(name, family, Facts.NONE, "", List.of(), List.of(), Map.of());
    }

    /** The one form of its name that is compared. */
    public ModelName key() {
        return ModelName.of(name);
    }

    /** This model, with what it leaves open taken from {@code older}; its servers stay its own. */
    public Model over(Model older) {
        return new Model(
                name,
                family,
                facts.over(older.facts),
                description.isEmpty() ? older.description : description,
                tags.isEmpty() ? older.tags : tags,
                servers,
                extra);
    }

    Model withFamily(String family) {
        return new Model(name, family, facts, description, tags, servers, extra);
    }

    public Model withFacts(Facts facts) {
        return new Model(name, family, facts, description, tags, servers, extra);
    }

    public Model withServers(List<ModelServer> servers) {
        return new Model(name, family, facts, description, tags, servers, extra);
    }

    public Model withExtra(Map<String, JsonNode> extra) {
        return new Model(name, family, facts, description, tags, servers, extra);
    }
}
