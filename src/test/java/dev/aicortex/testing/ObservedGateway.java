package dev.aicortex.testing;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.quarkus.test.junit.QuarkusTestProfile;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * A gateway that tells a collector and its access log of what it does; a server takes one request.
 */
public final class ObservedGateway implements QuarkusTestProfile {
    /** The secret of the only key, alice's. */
    public static final String SECRET = "sk-planted-secret";

    private static Collector collector;

    @Override
    public Map<String, String> getConfigOverrides() {
        return Map.of(
                "cortex.access-log",
                "true",
                "cortex.database.url",
                "sqlite:target/test-database/" + UUID.randomUUID() + ".db",
                "cortex.keys.alice",
                SECRET,
                "cortex.aliases.\"gpt-4o\"",
                TestFleet.MODEL,
                "cortex.max-concurrent",
                "1",
                "cortex.embeddings.batch",
                "2",
                "otel.bsp.schedule.delay",
                "50",
                "otel.metric.export.interval",
                "100");
    }

    @Override
    public List<TestResourceEntry> testResources() {
        return List.of(new TestResourceEntry(Listening.class));
    }

    /** The collector of the running gateway. */
    public static Collector collector() {
        return collector;
    }

    /** Starts the collector. */
    public static class Listening implements QuarkusTestResourceLifecycleManager {
        @Override
        public Map<String, String> start() {
            collector = new Collector();
            return Map.of("otel.exporter.otlp.endpoint", collector.url());
        }

        @Override
        public void stop() {
            collector.close();
        }
    }
}
