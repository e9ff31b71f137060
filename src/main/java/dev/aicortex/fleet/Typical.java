package dev.aicortex.fleet;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** What models take on the servers of the fleet together: the guess for a server that is new. */
public final class Typical {
    private final Map<String, Measured> models = new ConcurrentHashMap<>();
    private final Map<String, Pause> pauses = new ConcurrentHashMap<>();
    private final Map<String, Roster> rosters = new ConcurrentHashMap<>();

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
