package dev.aicortex.gateway.dispatch;

import dev.aicortex.config.CortexConfig;
import dev.aicortex.fleet.Fleet;
import dev.aicortex.fleet.Holding;
import dev.aicortex.fleet.Outcome;
import dev.aicortex.fleet.Pool;
import dev.aicortex.fleet.Server;
import dev.aicortex.gateway.metrics.GatewayMetrics;
import dev.aicortex.gateway.rewrite.LoadRequest;
import dev.aicortex.model.CortexException;
import dev.aicortex.model.ModelName;
import dev.aicortex.model.Priority;
import dev.aicortex.routing.Ask;
import dev.aicortex.routing.Departure;
import dev.aicortex.routing.Failures;
import dev.aicortex.routing.Ranking;
import dev.aicortex.routing.Wait;
import dev.aicortex.routing.WaitingLine;
import io.vertx.core.Vertx;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
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

    private final int maxAttempts;
    private final Shield shield;
    private final GatewayMetrics metrics;
    private final Refusals refusals;
    private final ModelQueues lines;
    private final Clock clock;
    private final Consumer<Runnable> later;
    private boolean looking;

    /** A request, as the queue sees it. Asked on any thread; what has no other word is constant. */
    interface Waiter {
        ModelName model();

        /** The model, as the client has it. */
        String spelling();

        Priority priority();

        /** Whose it is, among those that take turns. */
        String key();

        /** Who of those that share the key; 0 where nobody says so. */
        default long user() {
            return 0;
        }

        /** Whether it takes a server's time, so that it needs a slot there. */
        boolean occupies();

        /** Whether it may go to every server that holds its model. */
        boolean goesAnywhere();

        /** The servers that may be asked now. */
        Pool pool();

        /** How many servers were asked so far. */
        int attempts();

        /** How many of them broke on it. */
        int brokenOn();

        /** What came of the attempts for the model that is asked for now. */
        Failures failures();

        /** What makes a server load its model as this needs it. */
        LoadRequest load(Holding holding);

        /**
         * It does not wait for a load any more; on its event loop.
         *
         * @param millis for which it did
         * @param reason why the model is not in memory there; empty where it is
         */
        void waitedForLoad(Server server, long millis, String reason);

        /** Runs something on the request's event loop. */
        void onLoop(Runnable next);

        /**
         * Its turn has come; on its event loop.
         *
         * @param reservation null when there is no server that it may go to
         * @param ahead how many were before it
         */
        void turn(@Nullable Reservation reservation, long waitedMillis, int ahead);

        /** It waits no longer; on its event loop. */
        void failed(Throwable failure);
    }

    /** Says whether a request has to wait until its model is in memory, and sees to that. */
    interface Shield {
        boolean holdsBack(Holding holding, Supplier<LoadRequest> request);
    }

    /** What became of a look for a slot. */
    private enum Found {
        SLOT,
        NO_SERVER,
        NOTHING_YET
    }

    @Inject
    Queue(Vertx vertx, CortexConfig config, Fleet fleet, Loads loads, GatewayMetrics metrics) {
        this(
                config,
                loads::shield,
                metrics,
                Clock.systemUTC(),
                look -> vertx.setTimer(LOOK_MILLIS, _ -> look.run()));
        fleet.whenFree(this::freed);
        loads.whenOver(this::loaded);
    }

    /**
     * One that is told of free slots and of loads by hand.
     *
     * @param later runs something after a while
     */
    Queue(
            CortexConfig config,
            Shield shield,
            GatewayMetrics metrics,
            Clock clock,
            Consumer<Runnable> later) {
        this.maxAttempts = config.maxAttempts();
        this.shield = shield;
        this.metrics = metrics;
        this.refusals = new Refusals(config.queue().max());
        this.lines = new ModelQueues(config.queue());
        this.clock = clock;
        this.later = later;
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
    @Nullable Ticket enter(Waiter request, Pool pool, Ask ask, long leftMillis) {
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
    private @Nullable Reservation anyway(Waiter request, Pool pool, Ask ask) {
        return switch (going(pool, request, ask, 0, Ranking.NONE)) {
            case Departure.To(int index) -> taken(pool, index, ask);
            case Departure.Waits(int index) -> taken(pool, index, ask);
            case Departure.Nowhere _ -> null;
        };
    }

    private static Reservation taken(Pool pool, int index, Ask ask) {
        pool.holding(index).reserveAnyway();
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
        Pool pool = ticket.request().pool();
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
        displaced.get().awaitsNothing(clock.millis(), Ticket.STILL_LOADING);
        displaced.get().fail(error);
        return Optional.empty();
    }

    private Departure going(Pool pool, Waiter request, Ask ask, double waited, int freed) {
        return Departure.of(pool, ask, request.failures().servers(), clock.millis(), waited, freed);
    }

    private boolean goes(Ticket ticket) {
        return goes(ticket, ticket.request().pool(), Ranking.NONE);
    }

    /** The same when a slot is free on this server: who may not go there goes on waiting. */
    private boolean goesTo(Server freed, Ticket ticket) {
        Pool pool = ticket.request().pool();
        int index = pool.indexOf(freed);
        return index >= 0 && goes(ticket, pool, index);
    }

    /** Whether it waits no longer: it has a slot, or there is none to wait for. */
    private boolean goes(Ticket ticket, Pool pool, int freed) {
        if (ticket.request().brokenOn() >= maxAttempts) {
            // the load that it waited for was one too many
            ticket.got(null, clock.millis());
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
        long now = clock.millis();
        double waited = (double) (now - ticket.since());
        return switch (going(pool, ticket.request(), ticket.ask(), waited, freed)) {
            case Departure.Nowhere _ -> {
                ticket.got(null, now);
                yield Found.NO_SERVER;
            }
            case Departure.Waits _ -> Found.NOTHING_YET;
            case Departure.To(int index) -> {
                Holding holding = pool.holding(index);
                if (!ticket.direct()
                        && shield.holdsBack(holding, () -> ticket.request().load(holding))) {
                    ticket.awaits(holding, now);
                    yield Found.NOTHING_YET;
                }
                if (holding.reserve()) {
                    ticket.got(Reservation.of(pool, index, ticket.ask()), now);
                }
                yield Found.SLOT;
            }
        };
    }

    /** Of all that wait those that came first have the first choice, whatever their model. */
    void freed(Server server) {
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
            later.accept(this::lookAgain);
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
                        .forEach(each -> {
                            each.awaitsNothing(now, Ticket.STILL_LOADING);
                            late.put(each, refusals.late(each, each.request().pool(), now));
                        });
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
            if (waited) {
                ticket.left(clock.millis());
            }
        }
        if (waited) {
            metrics.refused(ticket.request().priority(), "client_gone");
        }
    }

    /** What a request in the line waits for. */
    synchronized Wait waitsFor(Ticket ticket) {
        Holding load = ticket.awaited();
        return load != null
                ? new Wait.Load(load)
                : new Wait.Place(lines.of(ticket.model()).before(ticket.inLine()));
    }

    /** A load is over: whoever waited for it goes there, or elsewhere. */
    void loaded(Holding holding, Outcome outcome) {
        synchronized (this) {
            long now = clock.millis();
            lines.all()
                    .filter(ticket -> ticket.awaited() == holding)
                    .forEach(ticket -> {
                        switch (outcome) {
                            case Outcome.Answered _ -> ticket.awaitsNothing(now, "");
                            case Outcome.Rejected _ -> {
                                ticket.awaitsNothing(now, "");
                                ticket.goDirectly();
                            }
                            default -> {
                                ticket.awaitsNothing(now, Failures.reason(outcome));
                                ticket.request().failures().add(holding.server(), outcome);
                            }
                        }
                    });
        }
        dispatchAll();
    }

    /**
     * The requests that wait for a model.
     *
     * @param oldestMillis for how long the one that came first has waited; 0 when none waits
     * @param priorities how many are of each
     */
    public record Line(int waiting, long oldestMillis, Map<Priority, Integer> priorities) {
        private static Line of(WaitingLine<Ticket> line, long now) {
            Map<Priority, Integer> priorities = new EnumMap<>(Priority.class);
            for (Priority each : Priority.values()) {
                priorities.put(each, line.size(each));
            }
            long first = line.all().stream().mapToLong(WaitingLine.Ticket::since).min().orElse(now);
            return new Line(line.size(), Math.max(0, now - first), priorities);
        }
    }

    /** Those that wait for a model now. */
    public synchronized Line line(ModelName model) {
        return Line.of(lines.of(model), clock.millis());
    }

    /** How many wait for a model. */
    public synchronized int waiting(ModelName model) {
        return lines.size(model);
    }

    /** How many wait for each model that requests wait for. */
    public synchronized Map<ModelName, Integer> waiting() {
        return lines.sizes();
    }

    /** How many wait, of one priority. */
    private synchronized int waiting(Priority priority) {
        return lines.size(priority);
    }
}
