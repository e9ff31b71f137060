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
import dev.aicortex.routing.Pace;
import dev.aicortex.routing.Ranking;
import dev.aicortex.routing.WaitingLine;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.impl.ContextInternal;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
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
    private final CortexConfig.Queue config;
    private final int maxAttempts;
    private final Fleet fleet;
    private final WarmUps warmUps;
    private final QueueMetrics metrics;
    private final Clock clock = Clock.systemUTC();

    /** Written under the lock; a look without it may be a little late. */
    private final Map<ModelName, WaitingLine<Waiter>> lines = new ConcurrentHashMap<>();

    /** Of the models that somebody waits for. */
    private final Map<ModelName, Known> paces = new HashMap<>();

    private boolean looking;

    Admission(
            Vertx vertx, CortexConfig config, Fleet fleet, WarmUps warmUps, QueueMetrics metrics) {
        this.vertx = vertx;
        this.config = config.queue();
        this.maxAttempts = config.maxAttempts();
        this.fleet = fleet;
        this.warmUps = warmUps;
        this.metrics = metrics;
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
        if (lines.get(errand.model()) == null) {
            Waiter alone = waiter(errand, ask, left, 0);
            if (goes(alone)) {
                alone.done();
                return alone.future();
            }
        }
        return join(errand, ask, left);
    }

    /** Whether nobody waits for a place that has this model. */
    boolean idle(ModelName model) {
        return lines.get(model) == null;
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

    private Waiter waiter(Errand errand, Ask ask, Duration left, int ahead) {
        Promise<Place> promise = ((ContextInternal) vertx.getOrCreateContext()).promise();
        long now = clock.millis();
        return new Waiter(errand, ask, promise, now, now + left.toMillis(), ahead);
    }

    private Future<Place> join(Errand errand, Ask ask, Duration left) {
        List<Waiter> gone = new ArrayList<>();
        Waiter waiter;
        synchronized (this) {
            WaitingLine<Waiter> line = line(errand.model());
            waiter = waiter(errand, ask, left, line.ahead(errand.priority()));
            Optional<CortexException> refusal = refusal(line, waiter, left);
            if (refusal.isPresent()) {
                forgetEmpty(errand.model(), line);
                return Future.failedFuture(refusal.get());
            }
            if (goes(waiter)) {
                gone.add(waiter);
                forgetEmpty(errand.model(), line);
            } else {
                add(line, waiter);
                look();
            }
        }
        gone.forEach(Waiter::done);
        errand.waitingFor(() -> leave(waiter));
        return waiter.future().onSuccess(_ -> waiter.tell(clock.millis()));
    }

    private WaitingLine<Waiter> line(ModelName model) {
        return lines.computeIfAbsent(
                model, _ -> new WaitingLine<>(config.max(), config.aging().toMillis()));
    }

    private void add(WaitingLine<Waiter> line, Waiter waiter) {
        if (waiter.errand().attempts() > 0) {
            line.addReturned(waiter.ticket());
        } else {
            line.add(waiter.ticket());
        }
    }

    /** Why it cannot wait: there is no room, or no hope. */
    private Optional<CortexException> refusal(
            WaitingLine<Waiter> line, Waiter waiter, Duration left) {
        if (waiter.errand().attempts() > 0) {
            return Optional.empty();
        }
        Pool pool = waiter.errand().pool(fleet.snapshot());
        double wait = pace(waiter.model(), pool).millis(line.ahead(waiter.errand().priority()));
        if (wait > left.toMillis() && waiter.errand().goesAnywhere()) {
            metrics.refused(waiter, "hopeless");
            return Optional.of(hopeless(waiter, wait, left));
        }
        return line.full() ? full(line, waiter, wait) : Optional.empty();
    }

    /** Worked out now and then: it is a look at each server. */
    private Pace pace(ModelName model, Pool pool) {
        long now = clock.millis();
        Known known = paces.get(model);
        if (known == null || known.pool() != pool || now - known.at() >= LOOK_MILLIS) {
            known = new Known(pool, Pace.of(pool, now), now);
            paces.put(model, known);
        }
        return known.pace();
    }

    private record Known(Pool pool, Pace pace, long at) {}

    private Optional<CortexException> full(
            WaitingLine<Waiter> line, Waiter waiter, double waitMillis) {
        Optional<Waiter> displaced =
                line.displacedBy(waiter.errand().priority(), waiter.errand().key())
                        .map(WaitingLine.Ticket::who);
        CortexException error =
                ServerException.busy(
                        "the line for model '%s' is full (cortex.queue.max: %d); ask again later"
                                .formatted(waiter.errand().spelling(), config.max()),
                        seconds(waitMillis));
        displaced.ifPresent(other -> {
            line.remove(other.ticket());
            metrics.refused(other, "displaced");
            vertx.runOnContext(_ -> other.fail(error)); // not under the lock
        });
        if (displaced.isEmpty()) {
            metrics.refused(waiter, "full");
        }
        return displaced.isPresent() ? Optional.empty() : Optional.of(error);
    }

    private static CortexException hopeless(Waiter waiter, double waitMillis, Duration left) {
        return ServerException.unavailable(
                "model '%s' has %d requests waiting, about %d s of work; this one may wait %d s"
                        .formatted(
                                waiter.errand().spelling(),
                                waiter.ahead(),
                                seconds(waitMillis),
                                left.toSeconds()),
                seconds(waitMillis - left.toMillis()));
    }

    private static int seconds(double millis) {
        return (int) Math.clamp(Math.ceil(millis / 1_000), 1, 600);
    }

    private Going going(Pool pool, Errand errand, Ask ask, double waited, int freed) {
        return Departure.of(pool, ask, errand.failures().servers(), clock.millis(), waited, freed);
    }

    private boolean goes(Waiter waiter) {
        return goes(waiter, waiter.errand().pool(fleet.snapshot()), Ranking.NONE);
    }

    /** The same when a place is free on this server: who may not go there goes on waiting. */
    private boolean goesTo(Server freed, Waiter waiter) {
        Pool pool = waiter.errand().pool(fleet.snapshot());
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
        List<Waiter> gone = new ArrayList<>();
        synchronized (this) {
            lines.entrySet().stream()
                    .sorted(Comparator.comparingLong(entry -> entry.getValue().oldest()))
                    .toList()
                    .forEach(entry -> dispatch(entry.getKey(), entry.getValue(), gone, more, goes));
        }
        gone.forEach(Waiter::done);
    }

    private void dispatch(
            ModelName model,
            WaitingLine<Waiter> line,
            List<Waiter> gone,
            BooleanSupplier more,
            Predicate<Waiter> goes) {
        boolean some = true;
        while (some && more.getAsBoolean()) {
            WaitingLine.Ticket<Waiter> next = line.next(clock.millis(), goes);
            some = next != null;
            if (next != null) {
                metrics.left(next.who(), clock.millis());
                gone.add(next.who());
            }
        }
        forgetEmpty(model, line);
    }

    private void forgetEmpty(ModelName model, WaitingLine<Waiter> line) {
        if (line.size() == 0) {
            lines.remove(model);
            paces.remove(model);
        }
    }

    private void look() {
        if (!looking && !lines.isEmpty()) {
            looking = true;
            vertx.setTimer(LOOK_MILLIS, _ -> lookAgain());
        }
    }

    private void lookAgain() {
        List<Waiter> late = new ArrayList<>();
        try {
            dispatchAll();
        } finally {
            synchronized (this) {
                lines.forEach((model, line) -> late(line, late));
                lines.forEach(this::forgetEmpty);
                looking = false;
                look();
            }
        }
        late.forEach(waiter -> {
            metrics.refused(waiter, "late");
            waiter.fail(tooLate(waiter));
        });
    }

    private void late(WaitingLine<Waiter> line, List<Waiter> late) {
        for (WaitingLine.Ticket<Waiter> ticket : line.all()) {
            if (ticket.who().late(clock.millis()) && line.remove(ticket)) {
                late.add(ticket.who());
            }
        }
    }

    private CortexException tooLate(Waiter waiter) {
        Pool pool = waiter.errand().pool(fleet.snapshot());
        return ServerException.unavailable(
                "no server had a place for model '%s' within %d s"
                        .formatted(
                                waiter.errand().spelling(),
                                (clock.millis() - waiter.since()) / 1_000),
                seconds(Pace.of(pool, clock.millis()).millis(1)));
    }

    private void leave(Waiter waiter) {
        if (removed(waiter)) {
            metrics.refused(waiter, "client_gone");
            waiter.fail(ServerException.exhausted("the client left"));
        }
    }

    private synchronized boolean removed(Waiter waiter) {
        WaitingLine<Waiter> line = lines.get(waiter.model());
        boolean there = line != null && line.remove(waiter.ticket());
        if (there) {
            forgetEmpty(waiter.model(), Objects.requireNonNull(line));
        }
        return there;
    }

    /** A load is over: whoever waited for it goes there, or elsewhere. */
    private void warmedUp(Holding holding, Outcome outcome) {
        synchronized (this) {
            lines.values().stream()
                    .flatMap(line -> line.all().stream())
                    .map(WaitingLine.Ticket::who)
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
    int waiting(ModelName model) {
        WaitingLine<Waiter> line = lines.get(model);
        synchronized (this) {
            return line == null ? 0 : line.size();
        }
    }

    /** How many wait, of one priority. */
    private int waiting(Priority priority) {
        synchronized (this) {
            return lines.values().stream().mapToInt(line -> line.size(priority)).sum();
        }
    }
}
