package dev.aicortex.gateway.cache;

import static dev.aicortex.testing.TestFleet.MODEL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.aicortex.config.CortexConfig;
import dev.aicortex.testing.CachingGateway;
import dev.aicortex.testing.GatewayFlow;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.response.Response;
import io.smallrye.faulttolerance.api.CircuitBreakerMaintenance;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import jakarta.inject.Inject;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import redis.embedded.RedisServer;

/** Answers that replicas share in a real Redis, which stops and starts. */
@QuarkusTest
@TestProfile(CachingGateway.class)
@Timeout(120)
class SharedAnswersTest extends GatewayFlow {
    @Inject CortexConfig config;
    @Inject Vertx vertx;
    @Inject CircuitBreakerMaintenance breakers;
    @Inject AnswerCache cache;
    private RedisServer redis;

    @BeforeEach
    void startRedis() throws IOException {
        redis =
                RedisServer.newRedisServer()
                        .port(Integer.getInteger(CachingGateway.REDIS_PORT))
                        .setting("bind 127.0.0.1")
                        .setting("save \"\"")
                        .build();
        redis.start();
        breakers.resetAll();
    }

    @AfterEach
    void stopRedis() throws IOException {
        redis.stop();
    }

    private static Response ask(String question) {
        return post(
                "/v1/chat/completions",
                """
                {"model":"%s","seed":1,"messages":[{"role":"user","content":"%s"}]}\
                """
                        .formatted(MODEL, question));
    }

    /** By a replica that has nothing yet. */
    private Response askElsewhere(String question) {
        cache.here.invalidateAll();
        return ask(question);
    }

    private static String result(Response answer) {
        assertThat(answer.statusCode()).isEqualTo(200);
        return answer.header("X-Cortex-Cache");
    }

    @Test
    void whatOneReplicaKeptAnotherHas() {
        SharedAnswers one = new SharedAnswers(vertx, config, breakers);
        SharedAnswers other = new SharedAnswers(vertx, config, breakers);
        String key = UUID.randomUUID().toString();
        Kept kept = new Kept("application/json", Map.of(), Buffer.buffer("{\"a\":\"ü\"}"));
        one.keep(Map.of(key, kept));
        await().untilAsserted(() ->
                assertThat(other.find(List.of("nothing", key)).await().indefinitely())
                        .containsExactly(Map.entry(key, kept)));
        one.close();
        other.close();
    }

    @Test
    void theGatewayKeepsThemThere() {
        await().untilAsserted(() -> {
            String question = UUID.randomUUID().toString();
            Response first = ask(question);
            assertThat(result(first)).isEqualTo("miss");
            Response second = askElsewhere(question);
            assertThat(result(second)).isEqualTo("hit");
            assertThat(second.asString()).isEqualTo(first.asString());
        });
    }

    @Test
    void withoutRedisServersAreAskedAndItIsBackByItself() throws IOException {
        redis.stop();
        String question = UUID.randomUUID().toString();
        assertThat(result(ask(question))).isEqualTo("miss");
        assertThat(result(ask(question))).isEqualTo("hit");
        assertThat(result(askElsewhere(question))).isEqualTo("miss");

        redis.start();
        await().until(() -> {
            String next = UUID.randomUUID().toString();
            ask(next);
            return result(askElsewhere(next)).equals("hit");
        });
    }
}
