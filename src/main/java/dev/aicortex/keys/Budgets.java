package dev.aicortex.keys;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What keys used of their budgets: the database's sums, and what came since. Those of other
 * replicas are seen when they are read, every few seconds. The lock is held for a few look-ups, and
 * asked for by keys with a budget alone.
 */
@Singleton
class Budgets {
    private final KeyStore store;
    private final Clock clock;
    private final Map<KeyStore.Period, Long> stored = new HashMap<>();
    private final Map<KeyStore.Period, Long> unwritten = new HashMap<>();
    private final Map<String, Long> reserved = new HashMap<>();

    @Inject
    Budgets(KeyStore store) {
        this(store, Clock.systemUTC());
    }

    Budgets(KeyStore store, Clock clock) {
        this.store = store;
        this.clock = clock;
    }

    /**
     * Keeps tokens for a request: of the last that are left one request may need more than there
     * are.
     *
     * @return whether any were left
     */
    synchronized boolean reserve(ApiKey key, Budget budget, long tokens) {
        long held = reserved.getOrDefault(key.id(), 0L);
        long left = left(key, budget);
        long wanted = atMost(budget, tokens);
        if (left <= 0 || (held > 0 && left < wanted)) {
            return false;
        }
        reserved.put(key.id(), held + wanted);
        return true;
    }

    private static long atMost(Budget budget, long tokens) {
        return Math.min(tokens, budget.tokens());
    }

    /** The tokens of the period that is now that are neither used nor kept for a request. */
    synchronized long left(ApiKey key, Budget budget) {
        return budget.tokens() - used(key, budget) - reserved.getOrDefault(key.id(), 0L);
    }

    /** The tokens that were used in the period that is now. */
    synchronized long used(ApiKey key, Budget budget) {
        var period = new KeyStore.Period(key.id(), budget.period(clock.instant()));
        return stored.getOrDefault(period, 0L) + unwritten.getOrDefault(period, 0L);
    }

    /** Gives back what was kept, and counts what was used. */
    synchronized void settle(ApiKey key, Budget budget, long tokens, long used) {
        long kept = atMost(budget, tokens);
        reserved.computeIfPresent(
                key.id(), (_, held) -> held <= kept ? null : Long.valueOf(held - kept));
        if (used > 0) {
            var period = new KeyStore.Period(key.id(), budget.period(clock.instant()));
            unwritten.merge(period, used, Long::sum);
        }
    }

    /** Seconds until there is a new one. */
    long secondsLeft(Budget budget) {
        return clock.instant().until(budget.ends(clock.instant())).toSeconds() + 1;
    }

    /** Reads what keys with a budget used; blocks, like the next. */
    void read(List<ApiKey> keys) {
        List<String> periods =
                keys.stream()
                        .flatMap(key -> key.limits().budget().stream())
                        .map(budget -> budget.period(clock.instant()))
                        .distinct()
                        .toList();
        Map<KeyStore.Period, Long> used = periods.isEmpty() ? Map.of() : store.used(periods);
        synchronized (this) {
            stored.clear();
            stored.putAll(used);
        }
    }

    /** Writes what was used since. */
    void write() {
        Map<KeyStore.Period, Long> now = taken();
        if (now.isEmpty()) {
            return;
        }
        store.use(now);
        synchronized (this) {
            now.forEach((period, tokens) -> {
                stored.merge(period, tokens, Long::sum);
                unwritten.merge(period, -tokens, Long::sum);
            });
            unwritten.values().removeIf(tokens -> tokens == 0);
        }
    }

    private synchronized Map<KeyStore.Period, Long> taken() {
        return unwritten.entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }
}
