package dev.aicortex.http;

import static dev.aicortex.testing.TestFleet.MODEL;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import dev.aicortex.testing.GatewayFlow;
import dev.aicortex.testing.RawClient;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A gateway without keys on loopback, and names that somebody else has pointed there. */
@QuarkusTest
@TestProfile(HostGuardTest.OneMore.class)
@Timeout(60)
class HostGuardTest extends GatewayFlow {
    public static class OneMore implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of("cortex.hosts", "Chat.Example,proxy");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "evil.example",
                "evil.example:11435",
                "localhost.evil.example",
                "127.0.0.1.evil.example",
                "evil-localhost",
                "chat.example.evil.example",
                "1.2.3.4.5",
                "2130706433",
                "0x7f000001",
                "com"
            })
    void anotherNameIsRefusedWhateverItAsksFor(String host) {
        long before = chatsReceived();
        for (String path :
                List.of(
                        "/",
                        "/api/tags",
                        "/v1/models",
                        "/catalogue/models",
                        "/config",
                        "/health",
                        "/q/metrics",
                        "/q/health",
                        "/openapi.json",
                        "/ui",
                        "/ui/",
                        "/ui/session",
                        "/ui/api/api/tags",
                        "/admin/servers",
                        "/nothing")) {
            given().header("Host", host)
                    .get(path)
                    .then()
                    .statusCode(403)
                    .body(containsString("cortex.hosts"));
        }
        given().header("Host", host)
                .body(body(MODEL, false))
                .post("/api/chat")
                .then()
                .statusCode(403);
        assertThat(chatsReceived()).isEqualTo(before);
    }

    @Test
    void itIsToldInTheDialectsShape() {
        given().header("Host", "evil.example")
                .post("/v1/chat/completions")
                .then()
                .statusCode(403)
                .body("error.code", equalTo("host_not_allowed"))
                .body("error.message", containsString("'evil.example'"));
        given().header("Host", "evil.example")
                .header("Origin", "http://evil.example")
                .post("/api/chat")
                .then()
                .statusCode(403)
                .body("code", equalTo("host_not_allowed"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "localhost",
                "LOCALHOST:1",
                "localhost.:1",
                "127.0.0.1:11435",
                "[::1]:80",
                "192.0.2.7",
                "cortex.localhost",
                "host.docker.internal:11435",
                "my-mac.local",
                "chat.example",
                "CHAT.example:8080",
                "proxy"
            })
    void itsOwnNamesAndThoseThatAreConfiguredPass(String host) {
        given().header("Host", host).get("/api/tags").then().statusCode(200);
    }

    @ParameterizedTest
    @CsvSource({"GET / HTTP/1.0, 200", "'GET http://evil.example/ HTTP/1.1', 400"})
    void aRequestThatNamesNobodyIsNoBrowsers(String line, int status) throws IOException {
        try (RawClient client = new RawClient(gateway())) {
            String host = status == 200 ? "" : "Host: localhost\r\n";
            client.send(line + "\r\n" + host + "Connection: close\r\n\r\n");
            assertThat(client.readWhatComes()).contains(" " + status + " ");
        }
    }

    @Test
    void aNameOfThousandsOfPartsIsReadLikeAnyOther() {
        String host = "a.".repeat(30_000) + "example";
        given().header("Host", host).get("/api/tags").then().statusCode(403);
        given().header("Host", "a.".repeat(30_000) + "localhost")
                .get("/api/tags")
                .then()
                .statusCode(200);
    }

    @Test
    void everyNamePassesWhereThatIsSaid() {
        HostGuard hosts = new HostGuard(() -> true, List.of("*"));
        assertThat(hosts.allows("evil.example")).isTrue();
        assertThat(hosts.names("evil.example")).isFalse();
    }
}
