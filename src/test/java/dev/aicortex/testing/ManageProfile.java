package dev.aicortex.testing;

import io.quarkus.test.junit.QuarkusTestProfile;
import java.util.Map;

/** A gateway whose clients may change what the servers hold. */
public final class ManageProfile implements QuarkusTestProfile {
    @Override
    public Map<String, String> getConfigOverrides() {
        return Map.of("cortex.manage", "true", "cortex.max-body", "1M");
    }
}
