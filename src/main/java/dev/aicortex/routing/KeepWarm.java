package dev.aicortex.routing;

import dev.aicortex.fleet.Holding;
import dev.aicortex.fleet.Pool;
import dev.aicortex.model.Timestamp;
import dev.aicortex.ollama.RunningModel;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Where a model has to be asked for, so that it stays in memory.
 *
 * @param touch numbers of the servers that have it and would soon let it go
 * @param load numbers of those that are to load it
 */
public record KeepWarm(List<Integer> touch, List<Integer> load) {
    /** What expires sooner is asked for: longer than what is known of a server may be old. */
    private static final Duration SOON = Duration.ofSeconds(150);

    /**
     * For so many servers, of those that may be asked.
     *
     * @param pool of the model
     * @param loadable where a load makes sense now
     */
    public static KeepWarm of(Pool pool, int servers, Instant now, Predicate<Holding> loadable) {
        List<Integer> open =
                IntStream.range(0, pool.size()).filter(i -> open(pool, i)).boxed().toList();
        List<Integer> warm = open.stream().filter(i -> pool.holding(i).resident()).toList();
        List<Integer> kept = warm.subList(0, Math.min(servers, warm.size()));
        return new KeepWarm(
                kept.stream().filter(i -> expires(pool, i, now)).toList(),
                missing(pool, open, servers - warm.size(), loadable));
    }

    private static boolean open(Pool pool, int index) {
        return pool.state(index).up() && pool.server(index).open();
    }

    /** Where most room is, and of those where the load is shortest. */
    private static List<Integer> missing(
            Pool pool, List<Integer> open, int number, Predicate<Holding> loadable) {
        List<Integer> cold = new ArrayList<>(open);
        cold.removeIf(i -> pool.holding(i).resident() || !loadable.test(pool.holding(i)));
        cold.sort(
                Comparator.<Integer>comparingInt(i -> pool.state(i).running().size())
                        .thenComparingDouble(i -> pool.holding(i).wholeLoadMillis()));
        return List.copyOf(cold.subList(0, Math.clamp(number, 0, cold.size())));
    }

    /**
     * With another context length than it has a model would be loaded anew: what does not tell it
     * is left alone.
     */
    private static boolean expires(Pool pool, int index, Instant now) {
        return running(pool, index)
                .filter(running -> running.contextLength() != null)
                .filter(running -> soon(running.expiresAt(), now))
                .isPresent();
    }

    private static boolean soon(@Nullable String expiresAt, Instant now) {
        return Timestamp.of(expiresAt).map(time -> time.isBefore(now.plus(SOON))).orElse(true);
    }

    /** What the server said of the model when it was last asked. */
    public static Optional<RunningModel> running(Pool pool, int index) {
        Holding holding = pool.holding(index);
        return pool.state(index).running().stream()
                .filter(running -> holding.content().equals(running.digest()))
                .findFirst();
    }
}
