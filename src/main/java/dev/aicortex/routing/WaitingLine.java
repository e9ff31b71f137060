package dev.aicortex.routing;

import dev.aicortex.model.Priority;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Requests that wait for a place, in the order in which they get one: those that had one and lost
 * it, then by priority, among equals in turns between keys, for each key in turns between its end
 * users, for each of these in the order of arrival. A priority whose oldest request is overdue gets
 * one place of so many whatever else waits. Not thread-safe.
 *
 * @param <T> what waits
 */
public final class WaitingLine<T> {
    /** Of so many places one goes to what is overdue. */
    private static final int OVERDUE_SHARE = 8;

    /** When so many of a priority cannot go, all of it are taken to be stuck. */
    private static final int LOOKS = 32;

    /** Those that come back have no turns: they go in the order in which they came back. */
    private static final String ONE_KEY = "";

    private static final List<Priority> LOWEST_FIRST = List.of(Priority.values()).reversed();

    private final int most;
    private final long overdueMillis;
    private final Turns<T> returned = new Turns<>();
    private final Map<Priority, Turns<T>> turns = new EnumMap<>(Priority.class);
    private int sinceOverdue;

    /**
     * A request in the line.
     *
     * @param who in the line once at most
     * @param key whose it is
     * @param user who of those that share the key; 0 where nobody says so
     * @param cost what it takes of its key's turn: about the bytes that have to be worked through
     * @param since when it came, in milliseconds
     */
    public record Ticket<T>(
            T who, Priority priority, String key, long user, long cost, long since) {}

    /**
     * @param most how many may wait
     * @param overdueMillis after how long one is overdue
     */
    public WaitingLine(int most, long overdueMillis) {
        this.most = most;
        this.overdueMillis = overdueMillis;
        for (Priority priority : Priority.values()) {
            turns.put(priority, new Turns<>());
        }
    }

    public int size() {
        return ahead(LOWEST_FIRST.getFirst());
    }

    public int size(Priority priority) {
        return (int) all().stream().filter(ticket -> ticket.priority() == priority).count();
    }

    private Turns<T> of(Priority priority) {
        return Objects.requireNonNull(turns.get(priority));
    }

    /** When the oldest came; the end of time when none waits. */
    public long oldest() {
        long ofOthers = turns.values().stream().mapToLong(Turns::oldest).min().orElseThrow();
        return Math.min(returned.oldest(), ofOthers);
    }

    public boolean full() {
        return size() >= most;
    }

    /** How many would be before a new one of this priority. */
    public int ahead(Priority priority) {
        int ahead = returned.size;
        for (Priority other : Priority.values()) {
            ahead += other.compareTo(priority) <= 0 ? of(other).size : 0;
        }
        return ahead;
    }

    /**
     * How many are before one in the line; more or fewer may be answered first: keys take turns.
     */
    public int before(Ticket<T> ticket) {
        if (returned.has(ONE_KEY, ticket)) {
            return returned.before(ticket.since());
        }
        Turns<T> equals = of(ticket.priority());
        return ahead(ticket.priority()) - equals.size + equals.before(ticket.since());
    }

    public void add(Ticket<T> ticket) {
        of(ticket.priority()).addInTurn(ticket);
    }

    /** One that has waited before comes first. */
    public void addReturned(Ticket<T> ticket) {
        returned.add(ONE_KEY, ticket);
    }

    /** Whether it was in the line. */
    public boolean remove(Ticket<T> ticket) {
        return returned.remove(ONE_KEY, ticket)
                || of(ticket.priority()).remove(ticket.key(), ticket);
    }

    /**
     * Who has to leave a full line for a new one: the last of the key that has most in the lowest
     * priority, if that is lower than the new one's, or the same with more than one more than the
     * new one's key has. Empty when the new one has to leave itself.
     */
    public Optional<Ticket<T>> displacedBy(Priority priority, String key) {
        for (Priority lowest : LOWEST_FIRST) {
            Turns<T> theirs = of(lowest);
            if (theirs.size > 0) {
                boolean less = lowest.compareTo(priority) > 0;
                boolean unfair = lowest == priority && theirs.unfair(key);
                return less || unfair
                        ? theirs.longest().map(flow -> flow.tickets.getLast())
                        : Optional.empty();
            }
        }
        return Optional.empty();
    }

    /** All of them, in no certain order. */
    public List<Ticket<T>> all() {
        return Stream.concat(Stream.of(returned), turns.values().stream())
                .flatMap(each -> each.flows.values().stream())
                .flatMap(flow -> flow.tickets.stream())
                .toList();
    }

    /**
     * Takes out the first that can go.
     *
     * @param goes asked of a few at the most
     * @return null when none goes
     */
    public @Nullable Ticket<T> next(long nowMillis, Predicate<T> goes) {
        @Nullable Priority overdue = overdue(nowMillis);
        boolean first = sinceOverdue + 1 >= OVERDUE_SHARE;
        Ticket<T> found = returned.next(goes);
        if (found == null && overdue != null && first) {
            found = of(overdue).next(goes);
        }
        for (Map.Entry<Priority, Turns<T>> each : turns.entrySet()) {
            if (found == null && !(first && each.getKey() == overdue)) {
                found = each.getValue().next(goes);
            }
        }
        if (found != null) {
            boolean due = overdue == null || overdue == found.priority();
            sinceOverdue = due ? 0 : sinceOverdue + 1;
        }
        return found;
    }

    /** The priority that has kept something waiting for too long, and for longest. */
    private @Nullable Priority overdue(long nowMillis) {
        @Nullable Priority found = null;
        long since = nowMillis - overdueMillis + 1;
        for (Priority priority : LOWEST_FIRST) {
            long oldest = of(priority).oldest();
            if (priority != Priority.INTERACTIVE && oldest < since) {
                found = priority;
                since = oldest;
            }
        }
        return found;
    }

    /**
     * Keys that take turns, by deficit round robin: each turn is worth so many bytes, and what a
     * key has not used of its turn it keeps as long as it has something waiting.
     */
    private static final class Turns<T> {
        /** What a turn is worth: a short question. */
        private static final long QUANTUM = 4 * 1024;

        /** Of each key that has something waiting, the one whose turn it is first. */
        private final SequencedMap<String, Flow<T>> flows = new LinkedHashMap<>();

        private int size;

        private static final class Flow<T> {
            private final List<Ticket<T>> tickets = new ArrayList<>();
            private long deficit;

            /** The second of a user stands behind the first of each other user, and so on. */
            void addInTurn(Ticket<T> ticket) {
                long own = tickets.stream().filter(each -> each.user() == ticket.user()).count();
                Map<Long, Long> seen = new HashMap<>();
                int at = 0;
                while (at < tickets.size()
                        && (own == tickets.size()
                                || seen.merge(tickets.get(at).user(), 1L, Long::sum) <= own + 1)) {
                    at++;
                }
                tickets.add(at, ticket);
            }
        }

        void add(String key, Ticket<T> ticket) {
            flow(key).tickets.add(ticket);
            size++;
        }

        boolean has(String key, Ticket<T> ticket) {
            Flow<T> flow = flows.get(key);
            return flow != null && flow.tickets.contains(ticket);
        }

        /** How many came before then. */
        int before(long since) {
            return (int)
                    flows.values().stream()
                            .flatMap(flow -> flow.tickets.stream())
                            .filter(ticket -> ticket.since() < since)
                            .count();
        }

        void addInTurn(Ticket<T> ticket) {
            flow(ticket.key()).addInTurn(ticket);
            size++;
        }

        private Flow<T> flow(String key) {
            return flows.computeIfAbsent(key, _ -> new Flow<>());
        }

        boolean remove(String key, Ticket<T> ticket) {
            Flow<T> flow = flows.get(key);
            if (flow == null || !flow.tickets.remove(ticket)) {
                return false;
            }
            size--;
            if (flow.tickets.isEmpty()) {
                flows.remove(key);
            }
            return true;
        }

        /** When the oldest of those came that are the next of their keys. */
        long oldest() {
            return flows.values().stream()
                    .mapToLong(flow -> flow.tickets.getFirst().since())
                    .min()
                    .orElse(Long.MAX_VALUE);
        }

        /** The key that has most waiting. */
        private Optional<Flow<T>> longest() {
            return flows.values().stream()
                    .max(Comparator.comparingInt(flow -> flow.tickets.size()));
        }

        /** Whether some key has more than one more than this one would have. */
        boolean unfair(String key) {
            Flow<T> own = flows.get(key);
            int had = own == null ? 0 : own.tickets.size();
            return longest().map(flow -> flow.tickets.size()).orElse(0) > had + 1;
        }

        /** Each key whose turn it is may send the first of its requests that can go. */
        @Nullable Ticket<T> next(Predicate<T> goes) {
            Set<Flow<T>> stuck = new HashSet<>();
            int looks = LOOKS;
            while (looks > 0 && stuck.size() < flows.size()) {
                Map.Entry<String, Flow<T>> turn = flows.firstEntry();
                Flow<T> flow = turn.getValue();
                boolean saves = flows.size() > 1 && flow.deficit < flow.tickets.getFirst().cost();
                if (saves && !stuck.contains(flow)) {
                    flow.deficit += QUANTUM; // not stuck: it only has to save
                } else if (stuck.add(flow)) {
                    for (Ticket<T> ticket : flow.tickets) {
                        if (goes.test(ticket.who())) {
                            flow.deficit = Math.max(0, flow.deficit - ticket.cost());
                            remove(turn.getKey(), ticket);
                            return ticket;
                        }
                        if (--looks == 0) {
                            break;
                        }
                    }
                }
                flows.putLast(turn.getKey(), flow);
            }
            return null;
        }
    }
}
