package dev.aicortex.testing;

import io.quarkus.test.junit.QuarkusTestProfile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.util.Map;
import java.util.UUID;

/** A gateway that keeps answers, and shares them by a Redis that need not be there. */
public class CachingGateway implements QuarkusTestProfile {
    /** The key by which the gateway and its tests agree upon the Redis. */
    public static final String REDIS_PORT = "test.answers.redis.port";

    @Override
    public Map<String, String> getConfigOverrides() {
        return Map.ofEntries(
                Map.entry("cortex.cache.size", "8M"),
                Map.entry("cortex.cache.max-answer", "20K"),
                Map.entry("cortex.cache.shared", "true"),
                Map.entry("cortex.redis.url", "redis://127.0.0.1:" + port()),
                Map.entry("cortex.embeddings.batch", "3"),
                Map.entry("cortex.auth", "none"),
                Map.entry(
                        "cortex.database.url",
                        "sqlite:target/test-database/" + UUID.randomUUID() + ".db"),
                Map.entry("cortex.keys.alice", "secret-of-alice"),
                Map.entry("cortex.keys.bob", "secret-of-bob"),
                Map.entry("cortex.aliases.small", TestFleet.MODEL),
                Map.entry("cortex.heartbeat", "1s"));
    }

    /** The same in the class loader of the tests and in that of the gateway. */
    private static String port() {
        String known = System.getProperty(REDIS_PORT);
        if (known == null) {
            known = Integer.toString(freePort());
            System.setProperty(REDIS_PORT, known);
        }
        return known;
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
