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
        List<Integer> touch = new ArrayList<>();
        List<Integer> cold = new ArrayList<>();
        int warm = 0;
        for (int i = 0; i < pool.size(); i++) {
            Holding holding = pool.holding(i);
            boolean open = pool.state(i).open();
            if (open && holding.resident()) {
                warm++;
                if (warm <= servers
                        && running(pool, i).filter(of -> expires(of, now)).isPresent()) {
                    touch.add(i);
                }
            } else if (open && loadable.test(holding)) {
                cold.add(i);
            }
        }
        // where most room is, and of those where the load is shortest
        cold.sort(
                Comparator.<Integer>comparingInt(i -> pool.state(i).running().size())
                        .thenComparingDouble(i -> pool.holding(i).wholeLoadMillis()));
        int missing = Math.clamp(servers - warm, 0, cold.size());
        return new KeepWarm(List.copyOf(touch), List.copyOf(cold.subList(0, missing)));
    }

    /**
     * Whether it expires soon. With another context length than it has a model would be loaded
     * anew: what does not tell it is left alone.
     */
    private static boolean expires(RunningModel running, Instant now) {
        Optional<Instant> expiry = Timestamp.of(running.expiresAt());
        return running.contextLength() != null
                && expiry.map(time -> time.isBefore(now.plus(SOON))).orElse(true);
    }

    /** What the server said of the model when it was last asked. */
    public static Optional<RunningModel> running(Pool pool, int index) {
        return pool.holding(index).in(pool.state(index).running());
    }
}
