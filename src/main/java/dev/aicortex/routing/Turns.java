package dev.aicortex.routing;

import dev.aicortex.routing.WaitingLine.Looks;
import dev.aicortex.routing.WaitingLine.Ticket;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Keys that take turns, by deficit round robin: each turn is worth so many bytes, and what a key
 * has not used of its turn it keeps as long as it has something waiting.
 */
final class Turns<T> {
    /** What a turn is worth: a short question. */
    private static final long QUANTUM = 4 * 1024;

    private final Map<String, Flow<T>> flows = new HashMap<>();
    private final Deque<Flow<T>> ring = new ArrayDeque<>();
    private int size;

    private static final class Flow<T> {
        private final String key;
        private final Deque<Ticket<T>> tickets = new ArrayDeque<>();
        private long deficit;

        Flow(String key) {
            this.key = key;
        }
    }

    int size() {
        return size;
    }

    void add(Ticket<T> ticket) {
        Flow<T> flow = flows.computeIfAbsent(ticket.key(), this::newFlow);
        flow.tickets.add(ticket);
        size++;
    }

    private Flow<T> newFlow(String key) {
        Flow<T> flow = new Flow<>(key);
        ring.add(flow);
        return flow;
    }

    boolean remove(Ticket<T> ticket) {
        Flow<T> flow = flows.get(ticket.key());
        if (flow == null || !flow.tickets.remove(ticket)) {
            return false;
        }
        size--;
        forgetEmpty(flow);
        return true;
    }

    private void forgetEmpty(Flow<T> flow) {
        if (flow.tickets.isEmpty()) {
            flows.remove(flow.key);
            ring.remove(flow);
        }
    }

    /** When the oldest came; the end of time when none waits. */
    long oldest() {
        long oldest = Long.MAX_VALUE;
        for (Flow<T> flow : ring) {
            oldest = Math.min(oldest, flow.tickets.getFirst().since());
        }
        return oldest;
    }

    private Optional<Flow<T>> longest() {
        return ring.stream().max(Comparator.comparingInt(flow -> flow.tickets.size()));
    }

    Optional<Ticket<T>> lastOfLongest() {
        return longest().map(flow -> flow.tickets.getLast());
    }

    /** Whether some key has more than one more than this one would have. */
    boolean unfair(String key) {
        Flow<T> own = flows.get(key);
        int had = own == null ? 0 : own.tickets.size();
        return longest().map(flow -> flow.tickets.size()).orElse(0) > had + 1;
    }

    void addAllTo(Collection<Ticket<T>> all) {
        ring.forEach(flow -> all.addAll(flow.tickets));
    }

    /** Each key whose turn it is may send the first of its requests that can go. */
    @Nullable Ticket<T> next(Looks<T> looks) {
        Set<Flow<T>> stuck = new HashSet<>();
        while (stuck.size() < ring.size() && !looks.over()) {
            Flow<T> flow = ring.getFirst();
            if (stuck.contains(flow)) {
                rotate();
                continue;
            }
            if (ring.size() > 1 && flow.deficit < flow.tickets.getFirst().cost()) {
                flow.deficit += QUANTUM;
                rotate();
                continue; // not stuck: it only has to save
            }
            Ticket<T> found = firstThatGoes(flow, looks);
            if (found != null) {
                taken(flow, found);
                return found;
            }
            stuck.add(flow);
            rotate();
        }
        return null;
    }

    private void rotate() {
        ring.add(ring.removeFirst());
    }

    private static <T> @Nullable Ticket<T> firstThatGoes(Flow<T> flow, Looks<T> looks) {
        for (Ticket<T> ticket : flow.tickets) {
            if (looks.goes(ticket)) {
                return ticket;
            }
            if (looks.over()) {
                return null;
            }
        }
        return null;
    }

    private void taken(Flow<T> flow, Ticket<T> ticket) {
        flow.deficit = Math.max(0, flow.deficit - ticket.cost());
        flow.tickets.remove(ticket);
        size--;
        forgetEmpty(flow);
    }
}
