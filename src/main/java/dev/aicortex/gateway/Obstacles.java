package dev.aicortex.gateway;

import dev.aicortex.fleet.Allow;
import dev.aicortex.fleet.Drift.Content;
import dev.aicortex.fleet.FleetSnapshot;
import dev.aicortex.fleet.Health;
import dev.aicortex.fleet.Pool;
import dev.aicortex.fleet.ServerState;
import dev.aicortex.model.ModelName;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What keeps a request from each server that holds its model.
 *
 * @param served the pool that requests go to
 * @param pool the one that they would go to at this moment
 * @param rule of the model and of the key
 */
record Obstacles(ModelName model, List<ServerState> holders, Pool served, Pool pool, Allow rule) {
    static Obstacles of(FleetSnapshot fleet, ModelName model, Allow caller) {
        return new Obstacles(
                model,
                fleet.holders(model),
                fleet.pools(model, caller).served(),
                fleet.pools(model, caller).open(List.of(), ""),
                fleet.allow(model).and(caller));
    }

    /** What is to say of every server of the pool; null for nothing. */
    @Nullable String ofAll() {
        return pool.fallback()
                ? "%s is served, but no server that has it can be asked"
                        .formatted(Content.shortened(served.content()))
                : null;
    }

    /** The one reason why a server cannot be asked. */
    String to(ServerState state) {
        if (!rule.admits(state.server())) {
            return "not allowed: it lacks " + rule.words();
        }
        return in(pool, state) || in(served, state)
                ? health(state)
                : "holds another content of the tag: " + Content.shortened(state.digest(model));
    }

    private static boolean in(Pool pool, ServerState state) {
        return IntStream.range(0, pool.size()).anyMatch(i -> pool.server(i) == state.server());
    }

    private static String health(ServerState state) {
        return switch (state.health()) {
            case Health.Down down -> "down: " + down.reason();
            case Health.Unknown _ -> "not probed yet";
            case Health.Up _ -> state.server().draining() ? "draining" : "its breaker is open";
        };
    }
}
