package dev.aicortex.gateway;

import dev.aicortex.config.CortexConfig;
import dev.aicortex.fleet.Fleet;
import dev.aicortex.fleet.Pool;
import dev.aicortex.fleet.Server;
import dev.aicortex.model.ModelName;
import dev.aicortex.routing.Allowance;
import dev.aicortex.routing.Lateness;
import dev.aicortex.routing.Ranking;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;

/** Decides when a request is sent to a second server, since the first takes unusually long. */
@Singleton
class Hedging {
    /** However quick a model is: less than that is worth no second request. */
    private static final double LEAST_MILLIS = 50;

    private final boolean byDefault;
    private final Map<ModelName, Boolean> ofModels = new HashMap<>();
    private final Fleet fleet;
    private final Selection selection;
    private final Admission admission;
    private final GatewayMetrics metrics;
    private final Map<ModelName, Lateness> lateness = new ConcurrentHashMap<>();
    private Allowance allowance = Allowance.NONE;

    Hedging(
            CortexConfig config,
            Fleet fleet,
            Selection selection,
            Admission admission,
            GatewayMetrics metrics) {
        this.byDefault = config.hedging().enabled();
        config.hedging().models().forEach((model, on) -> ofModels.put(ModelName.of(model), on));
        this.fleet = fleet;
        this.selection = selection;
        this.admission = admission;
        this.metrics = metrics;
    }

    /** Whether a second server may be asked this, and first bytes are to be timed. */
    boolean concerns(Errand errand) {
        boolean on = ofModels.isEmpty() ? byDefault : on(errand.model());
        return on && errand.hedgeable();
    }

    private boolean on(ModelName model) {
        return ofModels.getOrDefault(model, byDefault);
    }

    /** One more request is on its way. */
    synchronized void earn() {
        allowance = allowance.afterRequest();
    }

    private synchronized boolean spend() {
        boolean enough = allowance.suffices();
        allowance = enough ? allowance.spent() : allowance;
        return enough;
    }

    /**
     * After how many milliseconds a second server is asked; empty while it is not known what is
     * usual.
     */
    OptionalLong after(ModelName model, double expected) {
        return lateness.getOrDefault(model, Lateness.UNKNOWN).usual().stream()
                .mapToLong(late -> (long) Math.max(LEAST_MILLIS, expected + late))
                .findFirst();
    }

    /** The first byte came so much later than expected, or had not come when it was given up. */
    void learn(ModelName model, double late) {
        lateness.merge(model, Lateness.UNKNOWN.learned(late), (known, _) -> known.learned(late));
    }

    /** A place on a second server, if one is free that has the model in memory. */
    Optional<Place.Reserved> second(Errand errand, Place.Reserved first) {
        Optional<Place.Reserved> place =
                !errand.gone() && admission.idle(errand.model())
                        ? free(errand, first)
                        : Optional.empty();
        if (place.isPresent() && !spend()) {
            place.get().release();
            place = Optional.empty();
        }
        if (place.isEmpty()) {
            metrics.hedge("denied");
        }
        return place;
    }

    private Optional<Place.Reserved> free(Errand errand, Place.Reserved first) {
        Pool pool = errand.pool(fleet.snapshot());
        List<Server> tried = new ArrayList<>(errand.failures().servers());
        tried.add(first.holding().server());
        int best = selection.best(pool, first.ask(), tried);
        boolean good =
                best != Ranking.NONE
                        && pool.holding(best).resident()
                        && !pool.server(best).doubtful()
                        && pool.server(best).reserve();
        return good ? Optional.of(Place.Reserved.of(pool, best, first.ask())) : Optional.empty();
    }
}
