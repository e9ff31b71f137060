package dev.aicortex.gateway.rewrite;

import dev.aicortex.config.CortexConfig;
import dev.aicortex.fleet.FleetSnapshot;
import dev.aicortex.model.ModelName;
import dev.aicortex.ollama.TagList;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Names that stand for others: {@code gpt-4o-mini} for a model that the fleet has, with those
 * behind it that are asked when no server can serve the first.
 */
@Singleton
public class Aliases {
    private final Map<ModelName, List<Target>> chains = new LinkedHashMap<>();
    private final Map<ModelName, String> spellings = new LinkedHashMap<>();

    Aliases(CortexConfig config) {
        config.aliases().forEach(this::add);
    }

    private void add(String alias, List<String> models) {
        chains.put(
                ModelName.of(alias), models.stream().map(String::strip).map(Target::of).toList());
        spellings.put(ModelName.of(alias), alias);
    }

    /** The models to ask, the best first; the very one that was asked for when it is no alias. */
    public List<Target> targets(String spelling, ModelName name) {
        List<Target> chain = chains.get(name);
        return chain == null ? List.of(new Target(spelling, name)) : chain;
    }

    /** The models of the fleet with the aliases of those that it holds, sorted by name. */
    public List<TagList.Tag> listed(FleetSnapshot fleet) {
        if (chains.isEmpty()) {
            return fleet.models();
        }
        List<TagList.Tag> all = new ArrayList<>();
        fleet.models().stream()
                .filter(tag -> !chains.containsKey(ModelName.of(tag.label())))
                .forEach(all::add);
        chains.forEach((alias, chain) ->
                first(fleet, chain).map(tag -> tag.named(spelt(alias))).ifPresent(all::add));
        all.sort((a, b) -> ModelName.of(a.label()).compareTo(ModelName.of(b.label())));
        return all;
    }

    private String spelt(ModelName alias) {
        return spellings.getOrDefault(alias, alias.canonical());
    }

    private static Optional<TagList.Tag> first(FleetSnapshot fleet, List<Target> chain) {
        return chain.stream().flatMap(target -> fleet.tag(target.name()).stream()).findFirst();
    }
}
