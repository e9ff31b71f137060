package dev.aicortex.catalogue;

import dev.aicortex.model.ModelName;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedCollection;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * All families at one moment; immutable, in memory, no look-up touches the disk. What the volume
 * says of a model wins over what shipped, field by field; its servers are the volume's alone.
 */
public final class Catalogue {
    private final String generation;
    private final List<Family> shipped;
    private final List<Family> volume;
    private final Map<String, Family> families = new TreeMap<>();

    /** By canonical name; a plain string as the key is one step less through cold memory. */
    private final Map<String, Model> models;

    private Catalogue(String generation, List<Family> shipped, List<Family> volume) {
        this.generation = generation;
        this.shipped = List.copyOf(shipped);
        this.volume = List.copyOf(volume);
        models = byName(shipped);
        byName(volume)
                .forEach((name, model) ->
                        models.merge(name, model, (ships, own) -> own.over(ships)));
        gatherFamilies();
    }

    /**
     * The volume's families over the shipped ones.
     *
     * @param generation of the volume, empty when it has none
     */
    public static Catalogue of(String generation, List<Family> shipped, List<Family> volume) {
        return new Catalogue(generation, shipped, volume);
    }

    private static Map<String, Model> byName(List<Family> families) {
        Map<String, Model> models = new HashMap<>();
        for (Family family : families) {
            family.models().forEach(model -> models.putIfAbsent(model.key().canonical(), model));
        }
        return models;
    }

    private void gatherFamilies() {
        shipped.forEach(family -> families.put(family.name(), family));
        volume.forEach(family -> families.put(family.name(), family));
        Map<String, List<Model>> members =
                models.entrySet().stream()
                        .sorted(Map.Entry.comparingByKey())
                        .map(Map.Entry::getValue)
                        .collect(Collectors.groupingBy(Model::family));
        families.replaceAll(
                (name, family) -> family.withModels(members.getOrDefault(name, List.of())));
    }

    /** The volume's generation that this is; empty when it has none. */
    public String generation() {
        return generation;
    }

    /** The families as they ship, by name. */
    public List<Family> shipped() {
        return shipped;
    }

    /** The families as the volume has them, by name. */
    public List<Family> volume() {
        return volume;
    }

    /** All families, by name. */
    public SequencedCollection<Family> families() {
        return List.copyOf(families.values());
    }

    public Optional<Family> family(String name) {
        return Optional.ofNullable(families.get(name));
    }

    /** Of models. */
    public int size() {
        return models.size();
    }

    /** The model of this name, however it is spelt. */
    public Optional<Model> model(ModelName name) {
        return Optional.ofNullable(models.get(name.canonical()));
    }

    /** By digest the facts of every content that somebody has described. */
    public Map<String, Facts> described() {
        Map<String, Facts> described = new HashMap<>();
        find(ModelQuery.ALL).stream()
                .map(Model::facts)
                .filter(facts -> facts.described() && !facts.digest().isEmpty())
                .forEach(facts -> described.putIfAbsent(facts.digest(), facts));
        return described;
    }

    /** The models that match, by family and name. */
    public List<Model> find(ModelQuery query) {
        return families.values().stream()
                .flatMap(family -> family.models().stream())
                .filter(query::matches)
                .toList();
    }
}
