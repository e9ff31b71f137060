package dev.aicortex.gateway;

import static io.restassured.RestAssured.get;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import dev.aicortex.fleet.Fleet;
import dev.aicortex.fleet.FleetFixtures;
import dev.aicortex.testing.HostileServers;
import dev.aicortex.testing.RawClient;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.restassured.RestAssured;
import io.restassured.http.Header;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Servers that mean harm: what they send reaches no client but as an answer, or as an error. */
@QuarkusTest
@TestProfile(HostileServersTest.Hostile.class)
@Timeout(60)
class HostileServersTest {
    @Inject Fleet fleet;

    public static class Hostile implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of("cortex.load.shield-from", "off");
        }

        @Override
        public List<TestResourceEntry> testResources() {
            return List.of(new TestResourceEntry(HostileServers.class));
        }
    }

    @BeforeEach
    void probed() {
        FleetFixtures.reset(fleet);
    }

    private static String body(String name, boolean stream) {
        return "{\"model\":\"%s:1b\",\"stream\":%b,\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}"
                .formatted(name, stream);
    }

    private static Response chat(String name) {
        return given().contentType("application/json")
                .header("X-Cortex-Deadline", "2s")
                .redirects()
                .follow(false)
                .body(body(name, name.equals("orders-stream")))
                .post("/api/chat");
    }

    @ParameterizedTest
    @ValueSource(strings = {"orders", "orders-stream"})
    void ofAHeadOnlyWhatIsOfTheAnswerPasses(String name) {
        Response answer = chat(name);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.asString()).contains("\"content\":\"Hi\"");
        List<String> own = List.of("x-request-id", "x-cortex-server", "x-cortex-attempts");
        assertThat(answer.headers().asList().stream().map(Header::getName))
                .extracting(header -> header.toLowerCase(Locale.ROOT))
                .filteredOn(header -> !own.contains(header) && !header.equals("x-accel-buffering"))
                .doesNotContainAnyElementsOf(HostileServers.ORDERED);
        assertThat(answer.headers().toString())
                .doesNotContainIgnoringCase("forged")
                .doesNotContain("evil", "X-Accel-Buffering=yes");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"moved", "page", "continue", "hints", "head", "status", "extension", "both"})
    void whatIsNoAnswerIsAnErrorInWords(String name) {
        Response answer = chat(name);
        assertThat(answer.statusCode()).isIn(502, 504);
        assertThat(answer.contentType()).startsWith("application/json");
        assertThat(answer.jsonPath().getString("error")).contains(name + ":1b");
        assertThat(answer.asString()).doesNotContain("trap", "<script>");
    }

    @Test
    void bytesBehindAnAnswerAreNotTheNextOne() {
        for (int i = 0; i < 5; i++) {
            assertThat(chat("behind").asString()).contains("behind:1b").doesNotContain("forged");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"tokens", "numbers"})
    void countsThatCannotBeAreNotCounted(String name) {
        assertThat(chat(name).statusCode()).isEqualTo(200);
        assertThat(get("/q/metrics").asString().lines())
                .filteredOn(line -> line.startsWith("cortex_tokens_total"))
                .noneMatch(line -> line.contains(name + ":1b"));
    }

    @Test
    void aLineWithoutEndIsPassedOnAndNotKept() throws IOException {
        URI gateway = URI.create("http://127.0.0.1:" + RestAssured.port);
        try (RawClient client = new RawClient(gateway)) {
            client.post("/api/chat", body("line", true), "Connection: close");
            assertThat(client.readUntil("\r\n\r\n")).startsWith("HTTP/1.1 200");
            assertThat(client.skipUntil("\"error\":")).isGreaterThan(60L << 20);
        }
    }
}
