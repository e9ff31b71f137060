package dev.aicortex.gateway;

import static dev.aicortex.testing.TestFleet.FIRST_ONLY;
import static dev.aicortex.testing.TestFleet.MODEL;

import io.quarkus.test.junit.QuarkusTestProfile;
import java.util.Map;

/**
 * What a configuration adds. One profile for all tests of it: each one starts the gateway again.
 */
public final class ConfiguredGateway implements QuarkusTestProfile {
    @Override
    public Map<String, String> getConfigOverrides() {
        return Map.of(
                "cortex.aliases.\"gpt-4o-mini\"",
                "gone:1b," + MODEL,
                "cortex.aliases.\"GPT-3.5-Turbo\"",
                FIRST_ONLY + "," + MODEL,
                "cortex.aliases.nothing",
                "gone:1b,lost:2b",
                "cortex.aliases.leaky",
                "gpt-oss:120b-cloud,gone:1b",
                "cortex.context.models.\"" + FIRST_ONLY + "\"",
                "64",
                "cortex.context.keep",
                "false",
                "cortex.heartbeat",
                "1s",
                "cortex.manage",
                "true");
    }
}
