package dev.aicortex.fleet;

import dev.aicortex.config.CortexConfig;
import dev.aicortex.config.CortexConfig.MixedDigests;
import dev.aicortex.model.ModelName;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The servers that may be asked for a model: one pool, or one for each content where contents
 * differ, the one that is served first.
 *
 * @param holders all servers that may be asked, healthy or not
 */
public record Pools(List<Pool> all, List<ServerState> holders) {
    /**
     * Pools of the holders that may be asked.
     *
     * @param drift how their contents differ; null when they do not
     */
    static Pools of(
            ModelName model, List<ServerState> allowed, @Nullable Drift drift, MixedDigests mixed) {
        if (drift == null || mixed == MixedDigests.ANY || allowed.isEmpty()) {
            return new Pools(List.of(Pool.of(model, allowed)), allowed);
        }
        List<Pool> pools = new ArrayList<>();
        Set<ServerState> holders = new LinkedHashSet<>();
        for (Drift.Content content : drift.contents()) {
            List<ServerState> have =
                    allowed.stream().filter(state -> content.mayBeOn(state, model)).toList();
            if (!have.isEmpty() && (pools.isEmpty() || mixed == MixedDigests.FALL_OVER)) {
                pools.add(Pool.of(model, have, content.digest(), !pools.isEmpty()));
                holders.addAll(have);
            }
        }
        return new Pools(List.copyOf(pools), List.copyOf(holders));
    }

    /** The pool that is served. */
    public Pool served() {
        return all.getFirst();
    }

    /**
     * The pool to choose from: the served one, as long as one of its servers can be asked.
     *
     * @param tried servers that the request has been to
     * @param content that it was asked for there; what has begun with one stays with it
     */
    public Pool open(Collection<Server> tried, String content) {
        if (all.size() == 1) {
            return served();
        }
        for (Pool pool : all) {
            if (!tried.isEmpty() && pool.content().equals(content) && pool.open(tried)) {
                return pool;
            }
        }
        for (Pool pool : all) {
            if (pool.open(tried)) {
                return pool;
            }
        }
        return served();
    }

    /**
     * Which holders of a model may be asked, whoever asks.
     *
     * @param mixed what is done when their contents differ
     * @param models the rules of single models
     */
    record Rules(MixedDigests mixed, Map<ModelName, Allow> models) {
        static final Rules NONE = new Rules(MixedDigests.FALL_OVER, Map.of());

        static Rules of(CortexConfig.Routing config) {
            return new Rules(config.mixedDigests(), Map.copyOf(Allow.ofModels(config)));
        }

        Allow of(ModelName model) {
            return models.isEmpty() ? Allow.ALL : models.getOrDefault(model, Allow.ALL);
        }
    }

    /**
     * The pools of one snapshot, made when they are first asked for. Names that clients make up are
     * not kept, and there are only as many rules as are configured.
     */
    static final class Made {
        private final Rules rules;
        private final Map<Object, Pools> made = new ConcurrentHashMap<>();

        private record Ruled(ModelName model, Allow caller) {}

        Made(Rules rules) {
            this.rules = rules;
        }

        Rules rules() {
            return rules;
        }

        Pools of(FleetSnapshot fleet, ModelName model, Allow caller) {
            Object key = caller.labels().isEmpty() ? model : new Ruled(model, caller);
            Pools known = made.get(key); // without the lock that computeIfAbsent may take
            if (known != null) {
                return known;
            }
            return fleet.holders(model).isEmpty()
                    ? make(fleet, model, caller)
                    : made.computeIfAbsent(key, _ -> make(fleet, model, caller));
        }

        private Pools make(FleetSnapshot fleet, ModelName model, Allow caller) {
            Allow rule = rules.of(model).and(caller);
            List<ServerState> allowed =
                    fleet.holders(model).stream()
                            .filter(state -> rule.admits(state.server()))
                            .toList();
            return Pools.of(model, allowed, fleet.drifts().get(model), rules.mixed());
        }
    }
}
