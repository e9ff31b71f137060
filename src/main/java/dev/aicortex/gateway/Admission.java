package dev.aicortex.gateway;

import dev.aicortex.config.CortexConfig;
import dev.aicortex.fleet.Fleet;
import dev.aicortex.fleet.Holding;
import dev.aicortex.fleet.Outcome;
import dev.aicortex.fleet.Pool;
import dev.aicortex.fleet.Server;
import dev.aicortex.model.CortexException;
import dev.aicortex.model.ModelName;
import dev.aicortex.model.Priority;
import dev.aicortex.model.ServerException;
import dev.aicortex.routing.Ask;
import dev.aicortex.routing.Departure;
import dev.aicortex.routing.Going;
import dev.aicortex.routing.Ranking;
import dev.aicortex.routing.WaitingLine;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.impl.ContextInternal;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

/**
 * Gives each request a place on a server, or has it wait in its model's line until one is free.
 * Places become free on any thread; requests go on upon their own event loops.
 */
@Singleton
public class Admission {
    private static final Place NOWHERE = new Place.Nowhere();

    /** Not all that lets a request go is told: breakers and doubts end with time. */
    private static final long LOOK_MILLIS = 200;

    /** Somebody else may take the last place between a look and the grip. */
    private static final int TRIES = 4;

    private final Vertx vertx;
    private final int maxAttempts;
    private final Fleet fleet;
    private final WarmUps warmUps;
    private final QueueMetrics metrics;
    private final Refusals refusals;
    private final ModelLines lines;
    private final Clock clock = Clock.systemUTC();

    private boolean looking;

    Admission(
            Vertx vertx, CortexConfig config, Fleet fleet, WarmUps warmUps, QueueMetrics metrics) {
        this.vertx = vertx;
        this.lines = new ModelLines(config.queue());
        this.maxAttempts = config.maxAttempts();
        this.fleet = fleet;
        this.warmUps = warmUps;
        this.metrics = metrics;
        this.refusals = new Refusals(config.queue().max());
        fleet.whenFree(this::freed);
        warmUps.whenOver(this::warmedUp);
        metrics.waiting(this::waiting);
    }

    /**
     * Asks for a place.
     *
     * @param left how long it may wait
     * @return the place, on the caller's event loop; fails with a {@link CortexException} when it
     *     has to wait and cannot
     */
    Future<Place> place(Errand errand, Ask ask, Duration left) {
        if (!errand.occupies()) {
            return Future.succeededFuture(anyway(errand, ask));
        }
        Waiter waiter = waiter(errand, ask, left);
        if (idle(errand.model()) && goes(waiter)) {
            waiter.done();
            return waiter.future();
        }
        return join(waiter);
    }

    /** Whether nobody waits for a place that has this model. */
    boolean idle(ModelName model) {
        return lines.idle(model);
    }

    /** What takes no room of a server's waits for none. */
    private Place anyway(Errand errand, Ask ask) {
        Pool pool = errand.pool(fleet.snapshot());
        return switch (going(pool, errand, ask, 0, Ranking.NONE)) {
            case Going.To(int index) -> taken(pool, index, ask);
            case Going.Waits(int index) -> taken(pool, index, ask);
            case Going.Nowhere _ -> NOWHERE;
        };
    }

    private static Place taken(Pool pool, int index, Ask ask) {
        pool.server(index).reserveAnyway();
        return Place.Reserved.of(pool, index, ask);
    }

    private Waiter waiter(Errand errand, Ask ask, Duration left) {
        Promise<Place> promise = ((ContextInternal) vertx.getOrCreateContext()).promise();
        long now = clock.millis();
        return new Waiter(errand, ask, promise, now, now + left.toMillis());
    }

    private Future<Place> join(Waiter waiter) {
        boolean goes;
        synchronized (this) {
            WaitingLine<Waiter> line = lines.of(waiter.model());
            waiter.behind(line.ahead(waiter.errand().priority()));
            Optional<CortexException> refusal = refusal(line, waiter);
            if (refusal.isPresent()) {
                return Future.failedFuture(refusal.get());
            }
            goes = goes(waiter);
            if (!goes) {
                lines.add(line, waiter);
                look();
            }
        }
        if (goes) {
            waiter.done();
        }
        waiter.errand().waitingFor(() -> leave(waiter));
        return waiter.future().onSuccess(_ -> waiter.tell(clock.millis()));
    }

    /** Why it cannot wait: there is no room, or no hope. */
    private Optional<CortexException> refusal(WaitingLine<Waiter> line, Waiter waiter) {
        if (waiter.returned()) {
            return Optional.empty();
        }
        Pool pool = pool(waiter);
        Optional<CortexException> hopeless = refusals.hopeless(waiter, pool, clock.millis());
        if (hopeless.isPresent()) {
            metrics.refused(waiter, "hopeless");
            return hopeless;
        }
        return line.full() ? full(line, waiter, pool) : Optional.empty();
    }

    /** Of a full line it may be another one that has to leave. */
    private Optional<CortexException> full(WaitingLine<Waiter> line, Waiter waiter, Pool pool) {
        CortexException error = refusals.full(waiter, pool, clock.millis());
        Optional<Waiter> displaced =
                line.displacedBy(waiter.errand().priority(), waiter.errand().key())
                        .map(WaitingLine.Ticket::who);
        if (displaced.isEmpty()) {
            metrics.refused(waiter, "full");
            return Optional.of(error);
        }
        Waiter other = displaced.get();
        lines.remove(other);
        metrics.refused(other, "displaced");
        vertx.runOnContext(_ -> other.fail(error)); // not under the lock
        return Optional.empty();
    }

    private Pool pool(Waiter waiter) {
        return waiter.errand().pool(fleet.snapshot());
    }

    private Going going(Pool pool, Errand errand, Ask ask, double waited, int freed) {
        return Departure.of(pool, ask, errand.failures().servers(), clock.millis(), waited, freed);
    }

    private boolean goes(Waiter waiter) {
        return goes(waiter, pool(waiter), Ranking.NONE);
    }

    /** The same when a place is free on this server: who may not go there goes on waiting. */
    private boolean goesTo(Server freed, Waiter waiter) {
        Pool pool = pool(waiter);
        int index = pool.indexOf(freed);
        return index >= 0 && goes(waiter, pool, index);
    }

    /** Whether it waits no longer: it has a place, or there is none to wait for. */
    private boolean goes(Waiter waiter, Pool pool, int freed) {
        if (waiter.errand().brokenOn() >= maxAttempts) {
            waiter.got(NOWHERE); // the load that it waited for was one too many
            return true;
        }
        for (int i = 0; i < TRIES; i++) {
            double waited = (double) (clock.millis() - waiter.since());
            switch (going(pool, waiter.errand(), waiter.ask(), waited, freed)) {
                case Going.Nowhere _ -> {
                    waiter.got(NOWHERE);
                    return true;
                }
                case Going.Waits _ -> {
                    return false;
                }
                case Going.To(int index) -> {
                    Holding holding = pool.holding(index);
                    if (!waiter.direct() && warmUps.shield(holding, waiter.errand())) {
                        waiter.awaits(holding);
                        return false;
                    }
                    if (holding.server().reserve()) {
                        waiter.got(Place.Reserved.of(pool, index, waiter.ask()));
                        return true;
                    }
                }
            }
        }
        return false;
    }

    /** Of all that wait those that came first have the first choice, whatever their model. */
    private void freed(Server server) {
        if (!lines.isEmpty()) {
            dispatchAll(() -> !server.full(), waiter -> goesTo(server, waiter));
        }
    }

    private void dispatchAll() {
        dispatchAll(() -> true, this::goes);
    }

    private void dispatchAll(BooleanSupplier more, Predicate<Waiter> goes) {
        List<Waiter> gone;
        synchronized (this) {
            long now = clock.millis();
            gone = lines.dispatch(more, goes, now);
            gone.forEach(waiter -> metrics.left(waiter, now));
        }
        gone.forEach(Waiter::done);
    }

    private void look() {
        if (!looking && !lines.isEmpty()) {
            looking = true;
            vertx.setTimer(LOOK_MILLIS, _ -> lookAgain());
        }
    }

    private void lookAgain() {
        Map<Waiter, CortexException> late = new LinkedHashMap<>();
        try {
            dispatchAll();
        } finally {
            synchronized (this) {
                long now = clock.millis();
                lines.late(now)
                        .forEach(each -> late.put(each, refusals.late(each, pool(each), now)));
                looking = false;
                look();
                if (!looking) {
                    refusals.forget();
                }
            }
        }
        late.forEach((waiter, error) -> {
            metrics.refused(waiter, "late");
            waiter.fail(error);
        });
    }

    private void leave(Waiter waiter) {
        if (removed(waiter)) {
            metrics.refused(waiter, "client_gone");
            waiter.fail(ServerException.exhausted("the client left"));
        }
    }

    private synchronized boolean removed(Waiter waiter) {
        return lines.remove(waiter);
    }

    /** A load is over: whoever waited for it goes there, or elsewhere. */
    private void warmedUp(Holding holding, Outcome outcome) {
        synchronized (this) {
            lines.all()
                    .filter(waiter -> waiter.awaited() == holding)
                    .forEach(waiter -> {
                        waiter.awaits(null);
                        switch (outcome) {
                            case Outcome.Answered _ -> {}
                            case Outcome.Rejected _ -> waiter.goDirectly();
                            default -> waiter.errand().failures().add(holding.server(), outcome);
                        }
                    });
        }
        dispatchAll();
    }

    /** How many wait for a model. */
    synchronized int waiting(ModelName model) {
        return lines.size(model);
    }

    /** How many wait, of one priority. */
    private synchronized int waiting(Priority priority) {
        return lines.size(priority);
    }
}
