package dev.aicortex.fleet;

import dev.aicortex.model.ModelName;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The pools of one snapshot, made when they are first asked for. Names that clients make up are not
 * kept, and there are only as many rules as are configured.
 */
final class Choices {
    private final PoolRules rules;
    private final Map<ModelName, Pools> free = new ConcurrentHashMap<>();
    private final Map<Ruled, Pools> ruled = new ConcurrentHashMap<>();

    private record Ruled(ModelName model, Allow caller) {}

    Choices(PoolRules rules) {
        this.rules = rules;
    }

    PoolRules rules() {
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
        return ruled.computeIfAbsent(new Ruled(model, caller), _ -> make(fleet, model, caller));
    }

    private Pools make(FleetSnapshot fleet, ModelName model, Allow caller) {
        List<ServerState> allowed = rules.of(model).and(caller).admitted(fleet.holders(model));
        return Pools.of(model, allowed, fleet.drifts().get(model), rules.mixed());
    }
}
