package dev.aicortex.gateway.cache;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Requests for one answer at the same time: the first asks a server, the others wait for its end.
 */
final class Flights {
    private final Map<String, Deque<Seat>> flights = new HashMap<>();

    /** One that waits. */
    record Seat(Promise<Turn> promise) {
        Future<Turn> turn() {
            return promise.future();
        }
    }

    /** What follows for one that waited. */
    sealed interface Turn {
        /** The answer is there. */
        record Landed(Kept answer) implements Turn {}

        /** It is the one that asks now; the others go on to wait. */
        record Leads() implements Turn {}

        /** There is no answer to be shared: it asks for itself, as all of them do. */
        record Alone() implements Turn {}
    }

    /** How many wait. */
    synchronized int waiting() {
        return flights.values().stream().mapToInt(Deque::size).sum();
    }

    /** Takes a seat; empty for the first one, which has to {@code land} or {@code handOver}. */
    synchronized Optional<Seat> join(String key) {
        Deque<Seat> waiting = flights.get(key);
        if (waiting == null) {
            flights.put(key, new ArrayDeque<>());
            return Optional.empty();
        }
        Seat seat = new Seat(Promise.promise());
        waiting.add(seat);
        return Optional.of(seat);
    }

    /** A request that waited has ended. */
    synchronized void leave(String key, Seat seat) {
        Deque<Seat> waiting = flights.get(key);
        if (waiting != null) {
            waiting.remove(seat);
        }
    }

    /** The first one has its answer, or there is none to be shared. */
    void land(String key, Turn turn) {
        removed(key).forEach(seat -> seat.promise.complete(turn));
    }

    private synchronized List<Seat> removed(String key) {
        Deque<Seat> waiting = flights.remove(key);
        return waiting == null ? List.of() : List.copyOf(waiting);
    }

    /** The client of the first one has left. */
    void handOver(String key) {
        next(key).ifPresent(seat -> seat.promise.complete(new Turn.Leads()));
    }

    private synchronized Optional<Seat> next(String key) {
        Deque<Seat> waiting = flights.get(key);
        Seat next = waiting == null ? null : waiting.poll();
        if (next == null) {
            flights.remove(key);
        }
        return Optional.ofNullable(next);
    }
}
