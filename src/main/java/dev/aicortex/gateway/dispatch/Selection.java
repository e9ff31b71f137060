package dev.aicortex.gateway.dispatch;

import dev.aicortex.config.CortexConfig;
import dev.aicortex.config.LiveConfig;
import dev.aicortex.config.Policy;
import dev.aicortex.fleet.Pool;
import dev.aicortex.fleet.PromptBlocks;
import dev.aicortex.fleet.Server;
import dev.aicortex.fleet.ServerState;
import dev.aicortex.model.ModelName;
import dev.aicortex.model.PerModel;
import dev.aicortex.routing.Ask;
import dev.aicortex.routing.Ranking;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Chooses servers by the policy that is configured for a model. */
@Singleton
public class Selection implements LiveConfig.Part {
    private volatile PerModel<Policy> policies;
    private final Map<ModelName, AtomicInteger> turns = new ConcurrentHashMap<>();
    private final Clock clock = Clock.systemUTC();

    Selection(CortexConfig config) {
        this.policies = policies(config.routing());
    }

    private static PerModel<Policy> policies(CortexConfig.Routing config) {
        return PerModel.of(config.policy(), config.models());
    }

    @Override
    public Runnable prepared(CortexConfig next) {
        PerModel<Policy> others = policies(next.routing());
        return () -> policies = others;
    }

    /** Whether a choice for this model depends on what the prompt is. */
    public boolean looksAtPrompts(ModelName model) {
        return policy(model) == Policy.EXPECTED_FIRST_TOKEN;
    }

    private Policy policy(ModelName model) {
        return policies.of(model);
    }

    /**
     * The request's turn is taken by this.
     *
     * @param begins whether it is the first of a conversation
     * @param key the same for requests that belong together; 0 = none
     */
    Ask ask(ModelName model, PromptBlocks prompt, boolean begins, long key) {
        Policy rule = policy(model);
        boolean takesTurns = rule == Policy.ROUND_ROBIN || rule == Policy.WEIGHTED;
        return new Ask(rule, prompt, begins, key, takesTurns ? turn(model) : 0);
    }

    /** The same without a turn that is taken. */
    public Ask peek(ModelName model, PromptBlocks prompt, boolean begins, long key) {
        AtomicInteger turn = turns.get(model);
        return new Ask(policy(model), prompt, begins, key, turn == null ? 0 : turn.get());
    }

    private int turn(ModelName model) {
        return turns.computeIfAbsent(model, _ -> new AtomicInteger()).getAndIncrement();
    }

    /** The number of the best server that has not been tried, or {@link Ranking#NONE}. */
    public int best(Pool pool, Ask ask, Collection<Server> tried) {
        return Ranking.best(pool, ask, tried, clock.millis());
    }

    /** The server that a short request would go to now; empty when none may be asked. */
    public Optional<ServerState> best(ModelName model, Pool pool) {
        int best = best(pool, Ask.of(policy(model)), List.of());
        return best == Ranking.NONE ? Optional.empty() : Optional.of(pool.state(best));
    }
}
