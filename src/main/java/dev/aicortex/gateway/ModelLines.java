package dev.aicortex.gateway;

import dev.aicortex.config.CortexConfig;
import dev.aicortex.model.ModelName;
import dev.aicortex.model.Priority;
import dev.aicortex.routing.WaitingLine;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * The lines of all models that somebody waits for. Guarded by the admission, but for {@link #idle}
 * and {@link #isEmpty}: a look without the lock may be a little late.
 */
final class ModelLines {
    private final CortexConfig.Queue config;
    private final Map<ModelName, WaitingLine<Waiter>> lines = new ConcurrentHashMap<>();

    ModelLines(CortexConfig.Queue config) {
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
    WaitingLine<Waiter> of(ModelName model) {
        WaitingLine<Waiter> line = lines.get(model);
        return line != null ? line : new WaitingLine<>(config.max(), config.aging().toMillis());
    }

    /** One that had a place and lost it comes before the others. */
    void add(WaitingLine<Waiter> line, Waiter waiter) {
        if (waiter.returned()) {
            line.addReturned(waiter.ticket());
        } else {
            line.add(waiter.ticket());
        }
        lines.put(waiter.model(), line);
    }

    /** Whether it was there. */
    boolean remove(Waiter waiter) {
        boolean there = of(waiter.model()).remove(waiter.ticket());
        forgetEmpty();
        return there;
    }

    /**
     * Takes out all that can go; those that came first have the first choice, whatever their model.
     *
     * @param more whether another one may go
     * @param goes asked of each in turn
     */
    List<Waiter> dispatch(BooleanSupplier more, Predicate<Waiter> goes, long nowMillis) {
        List<Waiter> gone = new ArrayList<>();
        lines.values().stream()
                .sorted(Comparator.comparingLong(WaitingLine::oldest))
                .toList()
                .forEach(line -> dispatch(line, more, goes, nowMillis, gone));
        forgetEmpty();
        return gone;
    }

    private static void dispatch(
            WaitingLine<Waiter> line,
            BooleanSupplier more,
            Predicate<Waiter> goes,
            long nowMillis,
            List<Waiter> gone) {
        boolean some = true;
        while (some && more.getAsBoolean()) {
            WaitingLine.Ticket<Waiter> next = line.next(nowMillis, goes);
            some = next != null;
            if (next != null) {
                gone.add(next.who());
            }
        }
    }

    /** Takes out those whose time is up. */
    List<Waiter> late(long nowMillis) {
        List<Waiter> late = all().filter(waiter -> waiter.late(nowMillis)).toList();
        late.forEach(waiter -> of(waiter.model()).remove(waiter.ticket()));
        forgetEmpty();
        return late;
    }

    private void forgetEmpty() {
        lines.values().removeIf(line -> line.size() == 0);
    }

    /** All that wait, in no certain order. */
    Stream<Waiter> all() {
        return lines.values().stream()
                .flatMap(line -> line.all().stream())
                .map(WaitingLine.Ticket::who);
    }

    int size(ModelName model) {
        return of(model).size();
    }

    int size(Priority priority) {
        return lines.values().stream().mapToInt(line -> line.size(priority)).sum();
    }
}
