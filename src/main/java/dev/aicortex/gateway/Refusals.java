package dev.aicortex.gateway;

import dev.aicortex.fleet.Pool;
import dev.aicortex.model.CortexException;
import dev.aicortex.model.ModelName;
import dev.aicortex.model.ServerException;
import dev.aicortex.routing.Pace;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What requests are told that get no place, with the time after which another try makes sense.
 * Guarded by the admission.
 */
final class Refusals {
    private static final int LONGEST = 600;

    /** How long a pace counts: working it out is a look at each server. */
    private static final long FRESH_MILLIS = 200;

    private final int most;
    private final Map<ModelName, Known> paces = new HashMap<>();

    private record Known(Pool pool, Pace pace, long at) {}

    /**
     * @param most how many may wait for a model
     */
    Refusals(int most) {
        this.most = most;
    }

    /** When what is before it takes longer than it may wait. */
    Optional<CortexException> hopeless(Waiter waiter, Pool pool, long nowMillis) {
        double wait = wait(waiter, pool, nowMillis);
        if (wait <= waiter.patience() || !waiter.errand().goesAnywhere()) {
            return Optional.empty();
        }
        return Optional.of(
                ServerException.unavailable(
                        "model '%s' has %d requests waiting, about %d s of work; this one may wait %d s"
                                .formatted(
                                        waiter.errand().spelling(),
                                        waiter.ahead(),
                                        seconds(wait),
                                        waiter.patience() / 1_000),
                        seconds(wait - waiter.patience())));
    }

    /** When no more may wait. */
    CortexException full(Waiter waiter, Pool pool, long nowMillis) {
        return ServerException.busy(
                "the line for model '%s' is full (cortex.queue.max: %d); ask again later"
                        .formatted(waiter.errand().spelling(), most),
                seconds(wait(waiter, pool, nowMillis)));
    }

    /** When it has waited as long as it may. */
    CortexException late(Waiter waiter, Pool pool, long nowMillis) {
        return ServerException.unavailable(
                "no server had a place for model '%s' within %d s"
                        .formatted(
                                waiter.errand().spelling(), (nowMillis - waiter.since()) / 1_000),
                seconds(pace(waiter.model(), pool, nowMillis).millis(1)));
    }

    /** Nobody waits any more. */
    void forget() {
        paces.clear();
    }

    private double wait(Waiter waiter, Pool pool, long nowMillis) {
        return pace(waiter.model(), pool, nowMillis).millis(waiter.ahead());
    }

    private Pace pace(ModelName model, Pool pool, long nowMillis) {
        Known known = paces.get(model);
        if (known == null || known.pool() != pool || nowMillis - known.at() >= FRESH_MILLIS) {
            known = new Known(pool, Pace.of(pool, nowMillis), nowMillis);
            paces.put(model, known);
        }
        return known.pace();
    }

    private static int seconds(double millis) {
        return (int) Math.clamp(Math.ceil(millis / 1_000), 1, LONGEST);
    }
}
