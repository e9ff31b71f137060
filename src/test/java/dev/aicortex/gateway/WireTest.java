package dev.aicortex.gateway;

import static dev.aicortex.testing.TestFleet.FIRST_ONLY;
import static dev.aicortex.testing.TestFleet.MODEL;
import static io.restassured.RestAssured.config;
import static io.restassured.RestAssured.given;
import static io.restassured.config.EncoderConfig.encoderConfig;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.aicortex.simulator.ReceivedRequest;
import dev.aicortex.testing.GatewayFlow;
import dev.aicortex.testing.RawClient;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What of HTTP reaches the servers, and what clients of all kinds may send. */
@QuarkusTest
class WireTest extends GatewayFlow {
    private static final String ODD_BODY =
            "{ \"messages\" :[{\"role\":\"user\",\"content\":\"\\u00e9 é 当 \u2028\",\"mine\":1.50e2}],\n \"model\":\"%s\",\"unknown\":{\"a\":[]} }"
                    .formatted(FIRST_ONLY);

    private ReceivedRequest received() {
        return servers.first().lastPost();
    }

    @Test
    void theBodyReachesTheServerByteForByte() {
        Response answer = post("/v1/chat/completions", ODD_BODY);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(received().text()).isEqualTo(ODD_BODY);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/x-www-form-urlencoded",
                "text/plain",
                "application/octet-stream",
                "multipart/form-data"
            })
    void theContentTypeDoesNotMatter(String type) {
        Response answer =
                given().config(
                                config().encoderConfig(
                                                encoderConfig()
                                                        .encodeContentTypeAs(
                                                                type, ContentType.BINARY)))
                        .header("Content-Type", type)
                        .body(ODD_BODY.getBytes(StandardCharsets.UTF_8))
                        .post("/v1/chat/completions");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(received().text()).isEqualTo(ODD_BODY);
    }

    @Test
    void hopByHopHeadersOriginAndCredentialsStayHere() {
        given().header("Origin", "http://localhost:3000")
                .header("Authorization", "Bearer secret")
                .header("x-api-key", "secret")
                .header("Cookie", "a=secret")
                .header("X-Custom", "kept")
                .header("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")
                .header("tracestate", "vendor=opaque")
                .header("x-request-id", "mine-1")
                .header("Connection", "keep-alive, X-Hop")
                .header("X-Hop", "1")
                .contentType("application/json")
                .body(body(FIRST_ONLY, false))
                .post("/v1/chat/completions")
                .then()
                .statusCode(200);
        assertThat(received().headers())
                .containsEntry("x-custom", "kept")
                .containsEntry(
                        "traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")
                .containsEntry("tracestate", "vendor=opaque")
                .containsEntry("x-request-id", "mine-1")
                .containsEntry("host", servers.first().url().getAuthority())
                .doesNotContainKeys(
                        "origin",
                        "authorization",
                        "x-api-key",
                        "cookie",
                        "x-hop",
                        "accept-encoding");
    }

    @Test
    void answersCarryWhoAnsweredAndTheRequestId() {
        Response answer = post("/v1/chat/completions", body(FIRST_ONLY, false));
        assertThat(answer.header("X-Cortex-Server")).isEqualTo(address(servers.first()));
        assertThat(answer.header("X-Cortex-Attempts")).isEqualTo("1");
        assertThat(answer.header("x-request-id")).isNotBlank();
    }

    @Test
    void anImageOf34MegabytesPasses() throws NoSuchAlgorithmException {
        String image = "A".repeat(34_000_000);
        String body =
                "{\"model\":\"%s\",\"stream\":false,\"messages\":[{\"role\":\"user\",\"content\":\"x\",\"extra\":\"%s\"}]}"
                        .formatted(FIRST_ONLY, image);
        assertThat(post("/api/chat", body).statusCode()).isEqualTo(200);
        assertThat(received().length()).isEqualTo(body.length());
        assertThat(received().sha256()).isEqualTo(sha256(body));
    }

    private static String sha256(String text) throws NoSuchAlgorithmException {
        byte[] digest =
                MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        return HexFormat.of().formatHex(digest);
    }

    @Test
    void aBodyThatIsAnnouncedTooLargeIsRefusedBeforeItIsSent() throws IOException {
        try (RawClient client = new RawClient(gateway())) {
            client.send(
                    "POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nContent-Length: 200000000\r\nExpect: 100-continue\r\n\r\n");
            String answer = client.readUntil("}}");
            assertThat(answer)
                    .startsWith("HTTP/1.1 413")
                    .contains("cortex.max-body")
                    .contains("request_too_large");
        }
    }

    @Test
    void aChunkedBodyThatGrowsTooLargeIsRefused() throws IOException {
        try (RawClient client = new RawClient(gateway())) {
            client.send(
                    "POST /api/chat HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n");
            String chunk = "100000\r\n" + " ".repeat(1 << 20) + "\r\n";
            for (int i = 0; i < 101; i++) {
                client.send(chunk);
            }
            assertThat(client.readUntil("}"))
                    .startsWith("HTTP/1.1 413")
                    .contains("cortex.max-body");
        }
    }

    @Test
    void aClientThatExpectsContinueIsToldToSend() throws IOException {
        String body = body(FIRST_ONLY, false);
        try (RawClient client = new RawClient(gateway())) {
            client.send(
                    "POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: %d\r\n\r\n"
                            .formatted(body.length()));
            assertThat(client.readUntil("\r\n\r\n")).startsWith("HTTP/1.1 100");
            client.send(body);
            assertThat(client.readUntil("\r\n\r\n")).startsWith("HTTP/1.1 200");
        }
    }

    @Test
    void aChunkedBodyPasses() throws IOException {
        String body = body(FIRST_ONLY, false);
        String half = body.substring(0, 40);
        String rest = body.substring(40);
        try (RawClient client = new RawClient(gateway())) {
            client.send(
                    "POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n");
            client.send("%x\r\n%s\r\n".formatted(half.length(), half));
            client.send("%x\r\n%s\r\n0\r\n\r\n".formatted(rest.length(), rest));
            assertThat(client.readUntil("\r\n\r\n")).startsWith("HTTP/1.1 200");
        }
        assertThat(received().text()).isEqualTo(body);
        assertThat(received().headers())
                .containsEntry("content-length", Integer.toString(body.length()));
    }

    @Test
    void anHttp10ClientThatKeepsItsConnectionStillSeesTheEndOfAStream() throws IOException {
        String body = body(FIRST_ONLY, true);
        try (RawClient client = new RawClient(gateway())) {
            client.send(
                    "POST /v1/chat/completions HTTP/1.0\r\nConnection: keep-alive\r\nContent-Length: %d\r\n\r\n%s"
                            .formatted(body.length(), body));
            String answer = client.readUntil("data: [DONE]\n\n");
            assertThat(answer).startsWith("HTTP/1.0 200").endsWith("data: [DONE]\n\n");
            if (!answer.toLowerCase(Locale.ROOT).contains("content-length")) {
                assertThat(client.readAll()).isEmpty();
            }
        }
    }

    @Test
    void largeBodiesLeaveNoFileOpen() throws IOException {
        String body =
                "{\"model\":\"%s\",\"stream\":false,\"messages\":[{\"role\":\"user\",\"content\":\"x\",\"extra\":\"%s\"}]}"
                        .formatted(FIRST_ONLY, "A".repeat(1_500_000));
        for (int i = 0; i < 10; i++) {
            assertThat(post("/api/chat", body).statusCode()).isEqualTo(200);
        }
        await().until(() -> openBodies() == 0);
    }

    private static long openBodies() throws IOException {
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            return open.filter(WireTest::isBody).count();
        }
    }

    private static boolean isBody(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString().contains("aicortex-");
        } catch (IOException e) {
            return false; // closed since it was listed
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anHttp10ClientIsServedWithoutChunks(boolean stream) throws IOException {
        String body = body(FIRST_ONLY, stream);
        try (RawClient client = new RawClient(gateway())) {
            client.send(
                    "POST /v1/chat/completions HTTP/1.0\r\nContent-Length: %d\r\n\r\n%s"
                            .formatted(body.length(), body));
            String answer = client.readAll();
            assertThat(answer)
                    .startsWith("HTTP/1.0 200")
                    .doesNotContainIgnoringCase("transfer-encoding");
            assertThat(answer.strip()).endsWith(stream ? "data: [DONE]" : "}");
        }
    }

    @Test
    void anOfferToUpgradeToHttp2DoesNoHarm() throws IOException {
        String body = body(FIRST_ONLY, false);
        try (RawClient client = new RawClient(gateway())) {
            client.send(
                    "POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAEAAEAAAAIAAAAAAAMAAAAAAAQBAAAAAAUAAEAAAAYABgAA\r\nContent-Length: %d\r\n\r\n%s"
                            .formatted(body.length(), body));
            assertThat(client.readUntil("\r\n\r\n")).startsWith("HTTP/1.1 200");
        }
        assertThat(received().headers()).doesNotContainKeys("upgrade", "http2-settings");
    }

    @Test
    void twoRequestsShareAConnection() throws IOException {
        try (RawClient client = new RawClient(gateway())) {
            client.post("/v1/chat/completions", body(FIRST_ONLY, true));
            assertThat(client.readUntil("\r\n0\r\n\r\n")).contains("data: [DONE]");
            client.post("/v1/chat/completions", body(MODEL, true));
            assertThat(client.readUntil("\r\n0\r\n\r\n")).contains("data: [DONE]");
        }
    }
}
