package dev.aicortex.routing;

import dev.aicortex.model.Priority;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Requests that wait for a place, in the order in which they get one: those that had one and lost
 * it, then by priority, among equals in turns between keys, for each key in the order of arrival. A
 * priority whose oldest request is overdue gets one place of so many whatever else waits. Not
 * thread-safe.
 *
 * @param <T> what waits
 */
public final class WaitingLine<T> {
    /** Of so many places one goes to what is overdue. */
    private static final int OVERDUE_SHARE = 8;

    /**
     * So many of a priority are asked whether they can go before all of it are taken to be stuck.
     */
    private static final int LOOKS = 32;

    private static final List<Priority> LOWEST_FIRST = List.of(Priority.values()).reversed();

    private final int most;
    private final long overdueMillis;
    private final List<Ticket<T>> returned = new ArrayList<>();
    private final Map<Priority, Turns<T>> turns = new EnumMap<>(Priority.class);
    private int size;
    private int sinceOverdue;

    /**
     * A request in the line.
     *
     * @param key whose it is
     * @param cost what it takes of its key's turn: about the bytes that have to be worked through
     * @param since when it came, in milliseconds
     */
    public record Ticket<T>(T who, Priority priority, String key, long cost, long since) {
        @Override
        public boolean equals(@Nullable Object other) {
            return this == other;
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(this);
        }
    }

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
        return size;
    }

    public int size(Priority priority) {
        return of(priority).size()
                + (int) returned.stream().filter(ticket -> ticket.priority() == priority).count();
    }

    private Turns<T> of(Priority priority) {
        return Objects.requireNonNull(turns.get(priority));
    }

    /** When the oldest came; the end of time when none waits. */
    public long oldest() {
        long oldest = Long.MAX_VALUE;
        for (Ticket<T> ticket : returned) {
            oldest = Math.min(oldest, ticket.since());
        }
        for (Turns<T> each : turns.values()) {
            oldest = Math.min(oldest, each.oldest());
        }
        return oldest;
    }

    public boolean full() {
        return size >= most;
    }

    /** How many of a new one's priority and above are before it. */
    public int ahead(Priority priority) {
        int ahead = returned.size();
        for (Priority other : Priority.values()) {
            ahead += other.compareTo(priority) <= 0 ? of(other).size() : 0;
        }
        return ahead;
    }

    public void add(Ticket<T> ticket) {
        of(ticket.priority()).add(ticket);
        size++;
    }

    /** One that has waited before comes first. */
    public void addReturned(Ticket<T> ticket) {
        returned.add(ticket);
        size++;
    }

    /** Whether it was in the line. */
    public boolean remove(Ticket<T> ticket) {
        boolean there = returned.remove(ticket) || of(ticket.priority()).remove(ticket);
        size -= there ? 1 : 0;
        return there;
    }

    /**
     * Who has to leave a full line for a new one: the last of the key that has most in the lowest
     * priority, if that is lower than the new one's, or the same with more than one more than the
     * new one's key has. Empty when the new one has to leave itself.
     */
    public Optional<Ticket<T>> displacedBy(Priority priority, String key) {
        for (Priority lowest : LOWEST_FIRST) {
            Turns<T> theirs = of(lowest);
            if (theirs.size() > 0) {
                boolean less = lowest.compareTo(priority) > 0;
                boolean unfair = lowest == priority && theirs.unfair(key);
                return less || unfair ? theirs.lastOfLongest() : Optional.empty();
            }
        }
        return Optional.empty();
    }

    /** All of them, in no certain order. */
    public List<Ticket<T>> all() {
        List<Ticket<T>> all = new ArrayList<>(returned);
        turns.values().forEach(each -> each.addAllTo(all));
        return all;
    }

    /**
     * Takes out the first that can go.
     *
     * @param goes asked of each in turn, a few of them at the most; when it says yes the request is
     *     out of the line
     * @return null when none goes
     */
    public @Nullable Ticket<T> next(long nowMillis, Predicate<T> goes) {
        Optional<Priority> overdue = overdue(nowMillis);
        Ticket<T> found = ofReturned(new Looks<>(goes, LOOKS));
        for (Priority priority : order(overdue)) {
            found = found == null ? of(priority).next(new Looks<>(goes, LOOKS)) : found;
        }
        if (found != null) {
            size--;
            boolean due = overdue.isEmpty() || overdue.get() == found.priority();
            sinceOverdue = due ? 0 : sinceOverdue + 1;
        }
        return found;
    }

    private @Nullable Ticket<T> ofReturned(Looks<T> looks) {
        for (Ticket<T> ticket : returned) {
            if (looks.goes(ticket)) {
                returned.remove(ticket);
                return ticket;
            }
        }
        return null;
    }

    private List<Priority> order(Optional<Priority> overdue) {
        List<Priority> order = new ArrayList<>(List.of(Priority.values()));
        if (overdue.isPresent() && sinceOverdue + 1 >= OVERDUE_SHARE) {
            order.remove(overdue.get());
            order.addFirst(overdue.get());
        }
        return order;
    }

    /** The priority that has kept something waiting for too long, and for longest. */
    private Optional<Priority> overdue(long nowMillis) {
        return LOWEST_FIRST.stream()
                .filter(priority -> priority != Priority.INTERACTIVE)
                .filter(priority -> of(priority).oldest() <= nowMillis - overdueMillis)
                .min(Comparator.comparingLong(priority -> of(priority).oldest()));
    }

    /** Asks requests whether they go, not more of them than are worth it. */
    static final class Looks<T> {
        private final Predicate<T> goes;
        private int left;

        Looks(Predicate<T> goes, int left) {
            this.goes = goes;
            this.left = left;
        }

        boolean goes(Ticket<T> ticket) {
            return left-- > 0 && goes.test(ticket.who());
        }

        boolean over() {
            return left <= 0;
        }
    }
}
