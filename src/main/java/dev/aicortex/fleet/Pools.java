package dev.aicortex.fleet;

import dev.aicortex.config.CortexConfig;
import dev.aicortex.config.CortexConfig.MixedDigests;
import dev.aicortex.model.ModelName;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The servers that may be asked for a model: one pool, or one for each content where contents
 * differ, the one that is served first.
 */
public final class Pools {
    private final List<Pool> all;
    private final List<ServerState> holders;

    private Pools(List<Pool> all, List<ServerState> holders) {
        this.all = all;
        this.holders = holders;
    }

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
        for (Content content : drift.contents()) {
            List<ServerState> have =
                    allowed.stream()
                            .filter(state -> Drift.has(state, model, content.digest()))
                            .toList();
            if (!have.isEmpty() && (pools.isEmpty() || mixed == MixedDigests.FALL_OVER)) {
                pools.add(Pool.of(model, have, content.digest(), !pools.isEmpty()));
                holders.addAll(have);
            }
        }
        return new Pools(List.copyOf(pools), List.copyOf(holders));
    }

    /** All servers that may be asked, healthy or not. */
    public List<ServerState> holders() {
        return holders;
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
            return all.getFirst();
        }
        if (!tried.isEmpty()) {
            for (Pool pool : all) {
                if (pool.content().equals(content) && pool.open(tried)) {
                    return pool;
                }
            }
        }
        for (Pool pool : all) {
            if (pool.open(tried)) {
                return pool;
            }
        }
        return all.getFirst();
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
            Map<ModelName, Allow> models = new HashMap<>();
            config.allow()
                    .models()
                    .forEach((model, labels) ->
                            models.put(
                                    ModelName.of(model),
                                    Allow.of("cortex.routing.allow.models." + model, labels)));
            return new Rules(config.mixedDigests(), Map.copyOf(models));
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
        private final Map<ModelName, Pools> free = new ConcurrentHashMap<>();
        private final Map<Ruled, Pools> ruled = new ConcurrentHashMap<>();

        private record Ruled(ModelName model, Allow caller) {}

        Made(Rules rules) {
            this.rules = rules;
        }

        Rules rules() {
            return rules;
        }

        Pools of(FleetSnapshot fleet, ModelName model) {
            Pools known = free.get(model);
            if (known != null) {
                return known;
            }
            return fleet.holders(model).isEmpty()
                    ? make(fleet, model, Allow.ALL)
                    : free.computeIfAbsent(model, _ -> make(fleet, model, Allow.ALL));
        }

        Pools of(FleetSnapshot fleet, ModelName model, Allow caller) {
            if (caller.labels().isEmpty() || fleet.holders(model).isEmpty()) {
                return of(fleet, model);
            }
            Ruled key = new Ruled(model, caller);
            Pools known = ruled.get(key); // without the lock that computeIfAbsent may take
            return known != null
                    ? known
                    : ruled.computeIfAbsent(key, _ -> make(fleet, model, caller));
        }

        private Pools make(FleetSnapshot fleet, ModelName model, Allow caller) {
            List<ServerState> allowed = rules.of(model).and(caller).admitted(fleet.holders(model));
            return Pools.of(model, allowed, fleet.drifts().get(model), rules.mixed());
        }
    }
}
