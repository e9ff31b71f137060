package dev.aicortex.gateway;

import dev.aicortex.config.CortexConfig;
import dev.aicortex.config.LiveConfig;
import dev.aicortex.fleet.Allow;
import dev.aicortex.fleet.FleetSnapshot;
import dev.aicortex.fleet.ServerState;
import dev.aicortex.gateway.dispatch.KeyRules;
import dev.aicortex.gateway.rewrite.Target;
import dev.aicortex.model.ModelName;
import dev.aicortex.ollama.TagList;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The models as clients see them: with the aliases, names that stand for one or more models, and
 * without what a client may not use.
 */
@Singleton
public class Listing implements LiveConfig.Part {
    private volatile Map<ModelName, Alias> aliases;
    private final KeyRules keyRules;

    /** A name, and the models that are asked for it, the best first. */
    private record Alias(String spelling, List<Target> targets) {
        Optional<TagList.Tag> listed(FleetSnapshot fleet) {
            return targets.stream()
                    .flatMap(target -> fleet.tag(target.name()).stream())
                    .findFirst()
                    .map(tag -> tag.named(spelling));
        }
    }

    Listing(CortexConfig config, KeyRules keyRules) {
        this.aliases = aliases(config);
        this.keyRules = keyRules;
    }

    private static Map<ModelName, Alias> aliases(CortexConfig config) {
        Map<ModelName, Alias> aliases = new LinkedHashMap<>();
        config.aliases()
                .forEach((alias, models) ->
                        aliases.put(
                                ModelName.of(alias),
                                new Alias(
                                        alias,
                                        models.stream()
                                                .map(String::strip)
                                                .map(Target::of)
                                                .toList())));
        return Collections.unmodifiableMap(aliases);
    }

    @Override
    public Runnable prepared(CortexConfig next) {
        Map<ModelName, Alias> others = aliases(next);
        return () -> aliases = others;
    }

    /** The models to ask, the best first; the very one that was asked for when it is no alias. */
    public List<Target> targets(String spelling, ModelName name) {
        Alias alias = aliases.get(name);
        return alias == null ? List.of(new Target(spelling, name)) : alias.targets();
    }

    /** The models and aliases that a server may answer for this client, sorted by name. */
    public List<TagList.Tag> of(FleetSnapshot fleet, RoutingContext client) {
        Allow caller = keyRules.of(client);
        List<TagList.Tag> all = withAliases(fleet);
        return caller.labels().isEmpty() && !fleet.ruled()
                ? all
                : all.stream().filter(tag -> usable(tag.label(), fleet, caller)).toList();
    }

    private List<TagList.Tag> withAliases(FleetSnapshot fleet) {
        Map<ModelName, Alias> named = aliases;
        if (named.isEmpty()) {
            return fleet.models();
        }
        List<TagList.Tag> all = new ArrayList<>(fleet.models());
        all.removeIf(tag -> named.containsKey(ModelName.of(tag.label())));
        named.values().forEach(alias -> alias.listed(fleet).ifPresent(all::add));
        all.sort(Comparator.comparing(tag -> ModelName.of(tag.label())));
        return all;
    }

    private boolean usable(String label, FleetSnapshot fleet, Allow caller) {
        return targets(label, ModelName.of(label)).stream()
                .flatMap(target -> fleet.pools(target.name(), caller).holders().stream())
                .anyMatch(ServerState::up);
    }

    /**
     * What is in the memory of the servers that are up: Ollama's entries, with the server's URL.
     */
    public List<String> running(FleetSnapshot fleet) {
        return fleet.states().stream()
                .filter(ServerState::up)
                .flatMap(state ->
                        state.running().stream()
                                .map(model -> model.entryOn(state.server().url().toString())))
                .toList();
    }
}
