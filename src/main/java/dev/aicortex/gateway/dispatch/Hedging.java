package dev.aicortex.gateway.dispatch;

import dev.aicortex.config.CortexConfig;
import dev.aicortex.config.LiveConfig;
import dev.aicortex.fleet.Pool;
import dev.aicortex.fleet.Server;
import dev.aicortex.gateway.metrics.GatewayMetrics;
import dev.aicortex.model.ModelName;
import dev.aicortex.model.PerModel;
import dev.aicortex.routing.Allowance;
import dev.aicortex.routing.Lateness;
import dev.aicortex.routing.Ranking;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.ConcurrentHashMap;

/** Decides when a request is sent to a second server, since the first takes unusually long. */
@Singleton
class Hedging implements LiveConfig.Part {
    /** However quick a model is: less than that is worth no second request. */
    private static final double LEAST_MILLIS = 50;

    private volatile PerModel<Boolean> switches;
    private final Selection selection;
    private final Queue queue;
    private final GatewayMetrics metrics;
    private final Map<ModelName, Lateness> lateness = new ConcurrentHashMap<>();
    private Allowance allowance = Allowance.NONE;

    Hedging(CortexConfig config, Selection selection, Queue queue, GatewayMetrics metrics) {
        this.switches = switches(config.hedging());
        this.selection = selection;
        this.queue = queue;
        this.metrics = metrics;
    }

    private static PerModel<Boolean> switches(CortexConfig.Hedging config) {
        return PerModel.of(config.enabled(), config.models());
    }

    @Override
    public Runnable prepared(CortexConfig next) {
        PerModel<Boolean> others = switches(next.hedging());
        return () -> switches = others;
    }

    /** Whether a second server may be asked this, and first bytes are to be timed. */
    boolean concerns(Dispatch request) {
        return switches.of(request.model()) && request.hedgeable();
    }

    private synchronized boolean spend() {
        boolean enough = allowance.suffices();
        allowance = enough ? allowance.spent() : allowance;
        return enough;
    }

    /**
     * One more request is on its way.
     *
     * @param expected milliseconds until its first byte
     * @return after how many nanoseconds a second server is asked; 0 while it is not known what is
     *     usual
     */
    long after(ModelName model, double expected) {
        synchronized (this) {
            allowance = allowance.afterRequest();
        }
        OptionalDouble late = lateness.getOrDefault(model, Lateness.UNKNOWN).usual();
        return late.isEmpty()
                ? 0
                : (long) (Math.max(LEAST_MILLIS, expected + late.getAsDouble()) * 1e6);
    }

    /** How much later than expected its first byte came, or had not come when it was given up. */
    void learn(ModelName model, Attempt attempt) {
        double late = attempt.elapsedNanos() / 1e6 - attempt.reservation().expected().millis();
        lateness.merge(model, Lateness.UNKNOWN.learned(late), (known, _) -> known.learned(late));
    }

    /** A slot of a second server, if one is free that has the model in memory. */
    Optional<Reservation> second(Dispatch request, Reservation first) {
        Optional<Reservation> slot =
                queue.idle(request.model()) ? free(request, first) : Optional.empty();
        if (slot.isPresent() && !spend()) {
            slot.get().release();
            slot = Optional.empty();
        }
        if (slot.isEmpty()) {
            metrics.hedge("denied");
        }
        return slot;
    }

    private Optional<Reservation> free(Dispatch request, Reservation first) {
        Pool pool = request.pool();
        List<Server> tried = new ArrayList<>(request.failures().servers());
        tried.add(first.holding().server());
        int best = selection.best(pool, first.ask(), tried);
        boolean good =
                best != Ranking.NONE
                        && pool.holding(best).resident()
                        && !pool.server(best).doubtful()
                        && pool.holding(best).reserve();
        return good ? Optional.of(Reservation.of(pool, best, first.ask())) : Optional.empty();
    }
}
