package dev.aicortex.gateway.dispatch;

import dev.aicortex.config.CortexConfig;
import dev.aicortex.model.ModelName;
import dev.aicortex.model.Priority;
import dev.aicortex.routing.WaitingLine;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * The lines of all models that requests wait for. Guarded by the queue, but for {@link #idle} and
 * {@link #isEmpty}: a look without the lock may be a little late.
 */
final class ModelQueues {
    private final CortexConfig.Queue config;
    private final Map<ModelName, WaitingLine<Ticket>> lines = new ConcurrentHashMap<>();

    ModelQueues(CortexConfig.Queue config) {
        this.config = config;
    }

    /** Whether nobody waits for the model. */
    boolean idle(ModelName model) {
        return !lines.containsKey(model);
    }

    boolean isEmpty() {
        return lines.isEmpty();
    }

    /** The model's line; one of its own when nobody waits. */
    WaitingLine<Ticket> of(ModelName model) {
        WaitingLine<Ticket> line = lines.get(model);
        return line != null ? line : new WaitingLine<>(config.max(), config.aging().toMillis());
    }

    /** One that had a place and lost it comes before the others. */
    void add(WaitingLine<Ticket> line, Ticket ticket) {
        if (ticket.returned()) {
            line.addReturned(ticket.inLine());
        } else {
            line.add(ticket.inLine());
        }
        lines.put(ticket.model(), line);
    }

    /** Whether it was there. */
    boolean remove(Ticket ticket) {
        boolean there = of(ticket.model()).remove(ticket.inLine());
        forgetEmpty();
        return there;
    }

    /**
     * Takes out all that can go; those that came first have the first choice, whatever their model.
     *
     * @param more whether another one may go
     * @param goes asked of each in turn
     */
    List<Ticket> dispatch(BooleanSupplier more, Predicate<Ticket> goes, long nowMillis) {
        List<Ticket> gone = new ArrayList<>();
        lines.values().stream()
                .sorted(Comparator.comparingLong(WaitingLine::oldest))
                .toList()
                .forEach(line -> dispatch(line, more, goes, nowMillis, gone));
        forgetEmpty();
        return gone;
    }

    private static void dispatch(
            WaitingLine<Ticket> line,
            BooleanSupplier more,
            Predicate<Ticket> goes,
            long nowMillis,
            List<Ticket> gone) {
        boolean some = true;
        while (some && more.getAsBoolean()) {
            WaitingLine.Ticket<Ticket> next = line.next(nowMillis, goes);
            some = next != null;
            if (next != null) {
                gone.add(next.who());
            }
        }
    }

    /** Takes out those whose time is up. */
    List<Ticket> late(long nowMillis) {
        List<Ticket> late = all().filter(ticket -> ticket.late(nowMillis)).toList();
        late.forEach(ticket -> of(ticket.model()).remove(ticket.inLine()));
        forgetEmpty();
        return late;
    }

    private void forgetEmpty() {
        lines.values().removeIf(line -> line.size() == 0);
    }

    /** All that wait, in no certain order. */
    Stream<Ticket> all() {
        return lines.values().stream()
                .flatMap(line -> line.all().stream())
                .map(WaitingLine.Ticket::who);
    }

    int size(ModelName model) {
        return of(model).size();
    }

    /** Of the lines that are not empty. */
    Map<ModelName, Integer> sizes() {
        Map<ModelName, Integer> sizes = new TreeMap<>();
        lines.forEach((model, line) -> sizes.put(model, line.size()));
        return sizes;
    }

    int size(Priority priority) {
        return lines.values().stream().mapToInt(line -> line.size(priority)).sum();
    }
}
