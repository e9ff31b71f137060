package dev.aicortex.gateway;

import dev.aicortex.config.CortexConfig;
import dev.aicortex.config.LiveConfig;
import dev.aicortex.fleet.Allow;
import dev.aicortex.fleet.FleetSnapshot;
import dev.aicortex.fleet.ServerState;
import dev.aicortex.gateway.dispatch.KeyRules;
import dev.aicortex.gateway.request.Caller;
import dev.aicortex.gateway.rewrite.Target;
import dev.aicortex.keys.Grant;
import dev.aicortex.model.AccessException;
import dev.aicortex.model.ContextTag;
import dev.aicortex.model.ModelName;
import dev.aicortex.model.ModelNotFoundException;
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
import java.util.stream.Stream;

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

    /**
     * An alias and all that it stands for.
     *
     * @param models in the order in which they are asked
     */
    public record Chain(String name, List<String> models) {}

    /** The aliases that lead to a model, by name. */
    public List<Chain> chains(ModelName model) {
        return aliases.values().stream()
                .filter(alias ->
                        alias.targets().stream().anyMatch(each -> each.name().equals(model)))
                .map(alias ->
                        new Chain(
                                alias.spelling(),
                                alias.targets().stream().map(Target::spelling).toList()))
                .sorted(Comparator.comparing(Chain::name))
                .toList();
    }

    /** The models to ask, the best first; the very one that was asked for when it is no alias. */
    public List<Target> targets(String spelling, ModelName name) {
        Alias alias = aliases.get(name);
        return alias == null ? List.of(new Target(spelling, name)) : alias.targets();
    }

    /**
     * Those of them that a key may use.
     *
     * @throws AccessException when there are none
     */
    public List<Target> targets(String spelling, ModelName name, Grant grant) {
        List<Target> all = targets(spelling, name);
        if (grant.everyModel()) {
            return all;
        }
        List<Target> usable = all.stream().filter(target -> grant.admits(target.name())).toList();
        if (usable.isEmpty()) {
            throw notAllowed(spelling);
        }
        return usable;
    }

    /** The same whether or not there is such a model. */
    public static AccessException notAllowed(String spelling) {
        return AccessException.forbidden(
                "model_not_allowed",
                "this key may not use model '%s'; GET /v1/models lists those that it may"
                        .formatted(spelling));
    }

    /** What a key may not do whose role does not reach that far. */
    public static AccessException notManaging() {
        return AccessException.forbidden(
                "role_not_allowed",
                "this key may not change what servers hold or have in memory; that takes one with the role manage");
    }

    /** The models and aliases that a server may answer for this client, sorted by name. */
    public List<TagList.Tag> of(FleetSnapshot fleet, RoutingContext client) {
        Allow caller = keyRules.of(client);
        Grant grant = Caller.grant(client);
        List<TagList.Tag> all = withAliases(fleet);
        return caller.labels().isEmpty() && !fleet.ruled() && grant.everyModel()
                ? all
                : all.stream().filter(tag -> usable(tag.label(), fleet, caller, grant)).toList();
    }

    /** The error for a model that no server holds, with names that this client may use. */
    public static ModelNotFoundException unknown(
            FleetSnapshot fleet, String spelling, Grant grant) {
        return fleet.unknown(spelling, grant::admits);
    }

    /**
     * Whether a client may use a model on a server.
     *
     * @param server its URL; one that is not of the fleet has no labels
     */
    public boolean admits(
            FleetSnapshot fleet, RoutingContext client, ModelName model, String server) {
        Allow rule = fleet.allow(model).and(keyRules.of(client));
        ServerState state = fleet.byUrl().get(server);
        return Caller.grant(client).admits(model)
                && (rule.labels().isEmpty() || (state != null && rule.admits(state.server())));
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

    private boolean usable(String label, FleetSnapshot fleet, Allow caller, Grant grant) {
        return targets(label, ModelName.of(label)).stream()
                .filter(target -> grant.admits(target.name()))
                .flatMap(target -> fleet.pools(target.name(), caller).holders().stream())
                .anyMatch(ServerState::available);
    }

    /**
     * What is in the memory of the servers that are up, as far as this client may use it: Ollama's
     * entries, with the server's URL.
     */
    public List<String> running(FleetSnapshot fleet, RoutingContext client) {
        return fleet.states().stream()
                .filter(ServerState::up)
                .flatMap(state -> running(fleet, client, state))
                .toList();
    }

    private Stream<String> running(FleetSnapshot fleet, RoutingContext client, ServerState state) {
        String url = state.server().url().toString();
        return state.running().stream()
                .filter(model -> admits(fleet, client, behind(model.label()), url))
                .map(model -> model.entryOn(url));
    }

    private static ModelName behind(String label) {
        return ModelName.of(ContextTag.modelOf(label));
    }
}
