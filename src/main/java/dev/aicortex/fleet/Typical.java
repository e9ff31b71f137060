package dev.aicortex.fleet;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** What models take on the servers of the fleet together: the guess for a server that is new. */
public final class Typical {
    private final AtomicInteger parallel = new AtomicInteger(1);
    private final Map<String, Measured> models = new ConcurrentHashMap<>();
    private final Map<String, Pause> pauses = new ConcurrentHashMap<>();
    private final Map<String, Roster> rosters = new ConcurrentHashMap<>();

    /** The most requests that a server of the fleet was seen to answer at once. */
    int parallel() {
        return parallel.get();
    }

    void parallel(int seen) {
        parallel.accumulateAndGet(seen, Math::max);
    }

    Pause pause(String content) {
        return pauses.computeIfAbsent(content, _ -> new Pause());
    }

    Measured of(String content) {
        return models.computeIfAbsent(content, _ -> new Measured());
    }

    Roster roster(String content) {
        return rosters.computeIfAbsent(content, _ -> new Roster());
    }
}
