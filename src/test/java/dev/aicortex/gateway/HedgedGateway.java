package dev.aicortex.gateway;

import dev.aicortex.testing.TestFleet;
import io.quarkus.test.junit.QuarkusTestProfile;
import java.util.Map;

/** Streams of one model are hedged. */
public final class HedgedGateway implements QuarkusTestProfile {
    @Override
    public Map<String, String> getConfigOverrides() {
        return Map.of("cortex.hedging.models.\"" + TestFleet.MODEL + "\"", "true");
    }
}
