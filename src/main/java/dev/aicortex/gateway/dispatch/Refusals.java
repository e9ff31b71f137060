package dev.aicortex.gateway.dispatch;

import dev.aicortex.fleet.Pool;
import dev.aicortex.model.CortexException;
import dev.aicortex.model.ModelName;
import dev.aicortex.model.ServerException;
import dev.aicortex.routing.Pace;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What requests are told that get no slot, with the time after which another try makes sense.
 * Guarded by the queue.
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
    Optional<CortexException> hopeless(Ticket ticket, Pool pool, long nowMillis) {
        double wait = wait(ticket, pool, nowMillis);
        if (wait <= ticket.patience() || !ticket.request().goesAnywhere()) {
            return Optional.empty();
        }
        return Optional.of(
                ServerException.unavailable(
                        "model '%s' has %d requests waiting, about %d s of work; this one may wait %d s"
                                .formatted(
                                        ticket.request().spelling(),
                                        ticket.ahead(),
                                        seconds(wait),
                                        ticket.patience() / 1_000),
                        seconds(wait - ticket.patience())));
    }

    /** When no more may wait. */
    CortexException full(Ticket ticket, Pool pool, long nowMillis) {
        return ServerException.busy(
                "the line for model '%s' is full (cortex.queue.max: %d); ask again later"
                        .formatted(ticket.request().spelling(), most),
                seconds(wait(ticket, pool, nowMillis)));
    }

    /** When it has waited as long as it may. */
    CortexException late(Ticket ticket, Pool pool, long nowMillis) {
        return ServerException.unavailable(
                "no server had a place for model '%s' within %d s"
                        .formatted(
                                ticket.request().spelling(), (nowMillis - ticket.since()) / 1_000),
                seconds(pace(ticket.model(), pool, nowMillis).millis(1)));
    }

    /** Nobody waits any more. */
    void forget() {
        paces.clear();
    }

    private double wait(Ticket ticket, Pool pool, long nowMillis) {
        return pace(ticket.model(), pool, nowMillis).millis(ticket.ahead());
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
