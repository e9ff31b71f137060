package dev.aicortex.keys;

import static dev.aicortex.testing.TestFleet.MODEL;
import static io.restassured.RestAssured.when;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.nullValue;

import dev.aicortex.config.CortexConfig;
import dev.aicortex.keys.Buckets.Draw;
import dev.aicortex.testing.KeysFlow;
import dev.aicortex.testing.KeysProfile;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.smallrye.faulttolerance.api.CircuitBreakerMaintenance;
import io.vertx.core.Vertx;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import redis.embedded.RedisServer;

/** Replicas that count together in a real Redis, which stops and starts. */
@QuarkusTest
@TestProfile(SharedLimitsTest.WithRedis.class)
@Timeout(120)
class SharedLimitsTest extends KeysFlow {
    private static final String CHAT = "/v1/chat/completions";

    @Inject CortexConfig config;
    @Inject Vertx vertx;
    @Inject CircuitBreakerMaintenance breakers;
    private RedisServer redis;

    public static class WithRedis extends KeysProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            Map<String, String> keys = new HashMap<>(super.getConfigOverrides());
            keys.put("cortex.redis.url", "redis://127.0.0.1:" + port());
            return keys;
        }

        /** The same in the class loader of the tests and in that of the gateway. */
        private static String port() {
            String known = System.getProperty("test.redis.port");
            if (known == null) {
                known = Integer.toString(freePort());
                System.setProperty("test.redis.port", known);
            }
            return known;
        }
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @BeforeEach
    void startRedis() throws IOException {
        redis =
                RedisServer.newRedisServer()
                        .port(Integer.getInteger("test.redis.port"))
                        .setting("bind 127.0.0.1")
                        .setting("save \"\"")
                        .build();
        redis.start();
        await().until(this::counted);
    }

    @AfterEach
    void stopRedis() throws IOException {
        redis.stop();
    }

    /** Whether the gateway counts in Redis. */
    private boolean counted() {
        String secret = key("\"rpm\":5");
        ask(secret, CHAT, MODEL);
        return when().get("/health").path("keys") == null;
    }

    /** Another replica on the same Redis, as far as it counts. */
    private SharedBuckets replica() {
        return new SharedBuckets(
                vertx, config, new LocalBuckets(), breakers, new SimpleMeterRegistry());
    }

    private static Buckets.Drawn take(Buckets buckets, Draw... draws) {
        return buckets.take(List.of(draws)).await().indefinitely();
    }

    @Test
    void whatOneReplicaTakesTheOtherDoesNotHave() {
        SharedBuckets one = replica();
        SharedBuckets other = replica();
        Draw requests = new Draw("{" + UUID.randomUUID() + "}:rpm", false, 3, 1);
        Draw tokens = new Draw(requests.name() + ":t", false, 1_000, 400);

        assertThat(take(one, requests.costing(0), tokens.costing(0)).left())
                .containsExactly(3L, 1_000L);
        assertThat(take(one, requests, tokens).left()).containsExactly(2L, 600L);
        assertThat(take(other, requests.costing(0)).left()).containsExactly(2L);
        assertThat(take(other, requests, tokens).granted()).isTrue();
        Buckets.Drawn refused = take(one, requests, tokens);
        assertThat(refused.refused()).isEqualTo(1);
        assertThat(take(other, requests).left()).containsExactly(0L); // nothing was taken
        assertThat(take(one, requests).refused()).isZero();

        other.correct(List.of(tokens.costing(-400)));
        await().until(() -> take(one, tokens.costing(500)).granted());
        one.correct(List.of(tokens.costing(5_000)));
        await().until(() -> take(other, tokens.costing(1)).left().getFirst() < -4_000);
        one.close();
        other.close();
    }

    @Test
    void whatIsLeftIsToldOfAllReplicas() {
        String name = "left-" + UUID.randomUUID();
        String secret = key(name, "\"rpm\":20,\"user_rpm\":5");
        ask(secret, CHAT, MODEL).then().statusCode(200);
        for (int i = 0; i < 3; i++) {
            assertThat(admin().get("/admin/keys/" + name).jsonPath().getMap("left"))
                    .isEqualTo(Map.of("requests", 19));
        }
    }

    @Test
    void theGatewayCountsThere() {
        String name = "shared-" + UUID.randomUUID();
        String secret = key(name, "\"rpm\":2,\"tpm\":100000");
        ask(secret, CHAT, MODEL)
                .then()
                .statusCode(200)
                .header("x-ratelimit-remaining-requests", "1");
        ask(secret, CHAT, MODEL).then().statusCode(200);
        ask(secret, CHAT, MODEL).then().statusCode(429);
        when().get("/health").then().body("keys", nullValue());
    }

    @Test
    void withoutRedisEachCountsForItselfAndIsBackByItself() throws IOException {
        String secret = key("\"rpm\":2");
        ask(secret, CHAT, MODEL).then().statusCode(200);
        redis.stop();
        ask(secret, CHAT, MODEL).then().statusCode(200); // counted here, from a full bucket on
        ask(secret, CHAT, MODEL).then().statusCode(200);
        ask(secret, CHAT, MODEL).then().statusCode(429);
        when().get("/health").then().body("keys.problem", containsString("Redis"));
        when().get("/q/metrics").then().body(containsString("cortex_redis_up 0.0"));

        redis.start();
        await().until(() -> when().get("/health").path("keys") == null);
        ask(secret, CHAT, MODEL).then().statusCode(200);
        when().get("/q/metrics").then().body(containsString("cortex_redis_up 1.0"));
    }
}
