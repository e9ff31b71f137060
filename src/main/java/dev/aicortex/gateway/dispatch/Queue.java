package dev.aicortex.gateway.dispatch;

import dev.aicortex.config.CortexConfig;
import dev.aicortex.fleet.Fleet;
import dev.aicortex.fleet.Holding;
import dev.aicortex.fleet.Outcome;
import dev.aicortex.fleet.Pool;
import dev.aicortex.fleet.Server;
import dev.aicortex.gateway.metrics.QueueMetrics;
import dev.aicortex.model.CortexException;
import dev.aicortex.model.ModelName;
import dev.aicortex.model.Priority;
import dev.aicortex.routing.Ask;
import dev.aicortex.routing.Departure;
import dev.aicortex.routing.Going;
import dev.aicortex.routing.Ranking;
import dev.aicortex.routing.WaitingLine;
import io.vertx.core.Vertx;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Gives each request a slot of a server, or has it wait in its model's queue until one is free.
 * Slots become free on any thread; requests go on upon their own event loops.
 */
@Singleton
public class Queue {
    /** Not all that lets a request go is told: breakers and doubts end with time. */
    private static final long LOOK_MILLIS = 200;

    /** Somebody else may take the last slot between a look and the grip. */
    private static final int TRIES = 4;

    private final Vertx vertx;
    private final int maxAttempts;
    private final Fleet fleet;
    private final Loads loads;
    private final QueueMetrics metrics;
    private final Refusals refusals;
    private final ModelQueues lines;
    private final Clock clock = Clock.systemUTC();
    private boolean looking;

    /** What became of a look for a slot. */
    private enum Found {
        SLOT,
        NO_SERVER,
        NOTHING_YET
    }

    Queue(Vertx vertx, CortexConfig config, Fleet fleet, Loads loads, QueueMetrics metrics) {
        this.vertx = vertx;
        this.lines = new ModelQueues(config.queue());
        this.maxAttempts = config.maxAttempts();
        this.fleet = fleet;
        this.loads = loads;
        this.metrics = metrics;
        this.refusals = new Refusals(config.queue().max());
        fleet.whenFree(this::freed);
        loads.whenOver(this::loaded);
        metrics.waiting(this::waiting);
    }

    /**
     * Asks for a slot. When nobody waits and one is free, or none can be, the request is told at
     * once.
     *
     * @param pool to choose from now
     * @param leftMillis how long the request may wait
     * @return its ticket when it has to wait; null when it has been told
     * @throws CortexException when it has to wait and cannot
     */
    @Nullable Ticket enter(Dispatch request, Pool pool, Ask ask, long leftMillis) {
        if (!request.occupies()) {
            request.turn(anyway(request, pool, ask), 0, 0);
            return null;
        }
        long now = clock.millis();
        Ticket ticket = new Ticket(this, request, ask, now, now + leftMillis);
        if (idle(request.model()) && goes(ticket, pool, Ranking.NONE)) {
            request.turn(ticket.reservation(), 0, 0);
            return null;
        }
        return join(ticket);
    }

    /** Whether nobody waits for a server that has this model. */
    boolean idle(ModelName model) {
        return lines.idle(model);
    }

    /** What takes no slot of a server's waits for none. */
    private @Nullable Reservation anyway(Dispatch request, Pool pool, Ask ask) {
        return switch (going(pool, request, ask, 0, Ranking.NONE)) {
            case Going.To(int index) -> taken(pool, index, ask);
            case Going.Waits(int index) -> taken(pool, index, ask);
            case Going.Nowhere _ -> null;
        };
    }

    private static Reservation taken(Pool pool, int index, Ask ask) {
        pool.server(index).reserveAnyway();
        return Reservation.of(pool, index, ask);
    }

    private Ticket join(Ticket ticket) {
        boolean goes;
        synchronized (this) {
            WaitingLine<Ticket> line = lines.of(ticket.model());
            ticket.behind(line.ahead(ticket.request().priority()));
            Optional<CortexException> refusal = refusal(line, ticket);
            if (refusal.isPresent()) {
                throw refusal.get();
            }
            goes = goes(ticket);
            if (!goes) {
                lines.add(line, ticket);
                look();
            }
        }
        if (goes) {
            ticket.done(clock.millis());
        }
        return ticket;
    }

    /** Why it cannot wait: there is no room, or no hope. */
    private Optional<CortexException> refusal(WaitingLine<Ticket> line, Ticket ticket) {
        if (ticket.returned()) {
            return Optional.empty();
        }
        Pool pool = pool(ticket);
        Optional<CortexException> hopeless = refusals.hopeless(ticket, pool, clock.millis());
        if (hopeless.isPresent()) {
            metrics.refused(ticket.request().priority(), "hopeless");
            return hopeless;
        }
        return line.full() ? full(line, ticket, pool) : Optional.empty();
    }

    /** Of a full line it may be another one that has to leave. */
    private Optional<CortexException> full(WaitingLine<Ticket> line, Ticket ticket, Pool pool) {
        CortexException error = refusals.full(ticket, pool, clock.millis());
        Optional<Ticket> displaced =
                line.displacedBy(ticket.request().priority(), ticket.request().key())
                        .map(WaitingLine.Ticket::who);
        if (displaced.isEmpty()) {
            metrics.refused(ticket.request().priority(), "full");
            return Optional.of(error);
        }
        lines.remove(displaced.get());
        metrics.refused(displaced.get().request().priority(), "displaced");
        displaced.get().fail(error);
        return Optional.empty();
    }

    private Pool pool(Ticket ticket) {
        return ticket.request().pool(fleet.snapshot());
    }

    private Going going(Pool pool, Dispatch request, Ask ask, double waited, int freed) {
        return Departure.of(pool, ask, request.failures().servers(), clock.millis(), waited, freed);
    }

    private boolean goes(Ticket ticket) {
        return goes(ticket, pool(ticket), Ranking.NONE);
    }

    /** The same when a slot is free on this server: who may not go there goes on waiting. */
    private boolean goesTo(Server freed, Ticket ticket) {
        Pool pool = pool(ticket);
        int index = pool.indexOf(freed);
        return index >= 0 && goes(ticket, pool, index);
    }

    /** Whether it waits no longer: it has a slot, or there is none to wait for. */
    private boolean goes(Ticket ticket, Pool pool, int freed) {
        if (ticket.request().brokenOn() >= maxAttempts) {
            ticket.got(null); // the load that it waited for was one too many
            return true;
        }
        for (int i = 0; i < TRIES; i++) {
            Found found = look(ticket, pool, freed);
            if (found != Found.SLOT || ticket.reservation() != null) {
                return found != Found.NOTHING_YET;
            }
        }
        return false;
    }

    private Found look(Ticket ticket, Pool pool, int freed) {
        double waited = (double) (clock.millis() - ticket.since());
        return switch (going(pool, ticket.request(), ticket.ask(), waited, freed)) {
            case Going.Nowhere _ -> {
                ticket.got(null);
                yield Found.NO_SERVER;
            }
            case Going.Waits _ -> Found.NOTHING_YET;
            case Going.To(int index) -> {
                Holding holding = pool.holding(index);
                if (!ticket.direct() && loads.shield(holding, ticket.request())) {
                    ticket.awaits(holding);
                    yield Found.NOTHING_YET;
                }
                if (holding.server().reserve()) {
                    ticket.got(Reservation.of(pool, index, ticket.ask()));
                }
                yield Found.SLOT;
            }
        };
    }

    /** Of all that wait those that came first have the first choice, whatever their model. */
    private void freed(Server server) {
        if (!lines.isEmpty()) {
            dispatchAll(() -> !server.full(), ticket -> goesTo(server, ticket));
        }
    }

    private void dispatchAll() {
        dispatchAll(() -> true, this::goes);
    }

    private void dispatchAll(BooleanSupplier more, Predicate<Ticket> goes) {
        List<Ticket> gone;
        long now = clock.millis();
        synchronized (this) {
            gone = lines.dispatch(more, goes, now);
            gone.forEach(ticket -> metrics.left(ticket.request().priority(), now - ticket.since()));
        }
        gone.forEach(ticket -> ticket.done(now));
    }

    private void look() {
        if (!looking && !lines.isEmpty()) {
            looking = true;
            vertx.setTimer(LOOK_MILLIS, _ -> lookAgain());
        }
    }

    private void lookAgain() {
        Map<Ticket, CortexException> late = new LinkedHashMap<>();
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
        late.forEach((ticket, error) -> {
            metrics.refused(ticket.request().priority(), "late");
            ticket.fail(error);
        });
    }

    /** Its client has left. */
    void leave(Ticket ticket) {
        boolean waited;
        synchronized (this) {
            waited = lines.remove(ticket);
        }
        if (waited) {
            metrics.refused(ticket.request().priority(), "client_gone");
        }
    }

    /** A load is over: whoever waited for it goes there, or elsewhere. */
    private void loaded(Holding holding, Outcome outcome) {
        synchronized (this) {
            lines.all()
                    .filter(ticket -> ticket.awaited() == holding)
                    .forEach(ticket -> {
                        ticket.awaits(null);
                        switch (outcome) {
                            case Outcome.Answered _ -> {}
                            case Outcome.Rejected _ -> ticket.goDirectly();
                            default -> ticket.request().failures().add(holding.server(), outcome);
                        }
                    });
        }
        dispatchAll();
    }

    /** How many wait for a model. */
    public synchronized int waiting(ModelName model) {
        return lines.size(model);
    }

    /** How many wait, of one priority. */
    private synchronized int waiting(Priority priority) {
        return lines.size(priority);
    }
}
