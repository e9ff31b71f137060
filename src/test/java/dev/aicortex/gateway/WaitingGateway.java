package dev.aicortex.gateway;

import dev.aicortex.testing.TestFleet;
import io.quarkus.test.junit.QuarkusTestProfile;
import java.util.Map;

/** Servers that are given one request at a time and load models slowly; a short line. */
public final class WaitingGateway implements QuarkusTestProfile {
    @Override
    public Map<String, String> getConfigOverrides() {
        return Map.of(
                "cortex.max-concurrent",
                "1",
                "cortex.queue.max",
                "4",
                "cortex.queue.priorities.nightly",
                "batch",
                "cortex.keys.nightly",
                "secret-of-the-night",
                "cortex.keys.alice",
                "secret-of-alice",
                "cortex.load.shield-from",
                "200ms",
                "cortex.look-after",
                "300ms",
                "cortex.health.ttl",
                "1h",
                TestFleet.LOAD_TIME,
                "400ms");
    }
}
