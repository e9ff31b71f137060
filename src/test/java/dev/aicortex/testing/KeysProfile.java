package dev.aicortex.testing;

import io.quarkus.test.junit.QuarkusTestProfile;
import java.util.Map;
import java.util.UUID;

/** A gateway with a database for keys, and one key of the configuration. */
public class KeysProfile implements QuarkusTestProfile {
    /** The secret of the key of the configuration. */
    public static final String CONFIGURED = "sk-configured";

    @Override
    public Map<String, String> getConfigOverrides() {
        return Map.of(
                "cortex.database.url",
                "sqlite:target/keys-" + UUID.randomUUID() + "/aicortex.db",
                "cortex.keys.configured",
                CONFIGURED,
                "cortex.admin-token",
                "the-token",
                "cortex.manage",
                "true",
                "cortex.queue.priority",
                "interactive",
                "cortex.aliases.small",
                TestFleet.FIRST_ONLY,
                "cortex.aliases.both",
                TestFleet.FIRST_ONLY + "," + TestFleet.MODEL);
    }
}
