package dev.aicortex.manage;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import dev.aicortex.fleet.FleetFixtures;
import dev.aicortex.model.Sha256;
import dev.aicortex.simulator.Fault;
import dev.aicortex.simulator.ReceivedRequest;
import dev.aicortex.simulator.SimulatedModel;
import dev.aicortex.simulator.SimulatedServer;
import dev.aicortex.testing.GatewayFlow;
import dev.aicortex.testing.ManageProfile;
import dev.aicortex.testing.RawClient;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.response.Response;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Blobs, and the models that are made of them. */
@QuarkusTest
@TestProfile(ManageProfile.class)
class BlobTest extends GatewayFlow {
    private static String path(String content) {
        return "/api/blobs/sha256:" + Sha256.of(content);
    }

    private static String create(String... contents) {
        StringBuilder files = new StringBuilder();
        for (String content : contents) {
            String comma = files.isEmpty() ? "" : ",";
            files.append(
                    "%s\"%s.gguf\":\"sha256:%s\"".formatted(comma, content, Sha256.of(content)));
        }
        return "{\"model\":\"made:1b\",\"files\":{%s}}".formatted(files);
    }

    private static Response send(SimulatedServer server, String content) {
        return given().queryParam("server", address(server)).body(content).post(path(content));
    }

    private SimulatedServer third() {
        return servers.all().get(2);
    }

    private static List<String> held(SimulatedServer server) {
        return server.models().stream().map(SimulatedModel::name).toList();
    }

    @Test
    void aBlobLongerThanAnyOtherBodyMayBeReachesTheServer() {
        String content = "weights".repeat(500_000);
        assertThat(send(third(), content).statusCode()).isEqualTo(201);
        ReceivedRequest received = third().lastPost();
        assertThat(received.length()).isEqualTo(content.length());
        assertThat(received.sha256()).isEqualTo(Sha256.of(content));
        assertThat(received.headers())
                .containsEntry("content-length", Integer.toString(content.length()));
    }

    @Test
    void theBlobsOfAModelComeToLieOnOneServerWhereItIsCreated() {
        send(third(), "part one");
        Response second = given().body("part two").post(path("part two"));
        assertThat(second.header("X-Cortex-Server")).isEqualTo(address(third()));
        assertThat(given().head(path("part two")).statusCode()).isEqualTo(200);
        Response created = post("/api/create", create("part one", "part two"));
        assertThat(created.asString()).endsWith("{\"status\":\"success\"}\n");
        assertThat(created.header("X-Cortex-Server")).isEqualTo(address(third()));
        assertThat(held(third())).contains("made:1b");
    }

    @Test
    void withoutAnyBefore_orWhenThatServerIsDown_theOneWithMostRoomTakesIt() {
        send(third(), "something");
        third().fault(new Fault.Refuse());
        servers.all().get(1).models(List.of());
        FleetFixtures.reset(fleet);
        Response answer = given().body("roomy").post(path("roomy"));
        assertThat(answer.header("X-Cortex-Server")).isEqualTo(address(servers.all().get(1)));
    }

    @Test
    void blobsThatCameAnotherWayAreFoundByAskingTheServers() {
        SimulatedServer second = servers.all().get(1);
        given().body("elsewhere").post(second.url() + path("elsewhere"));
        Response created = post("/api/create", create("elsewhere"));
        assertThat(created.asString()).endsWith("{\"status\":\"success\"}\n");
        assertThat(held(second)).contains("made:1b");
    }

    @Test
    void aModelOfBlobsThatNoOneServerHasIsRefused() {
        send(servers.first(), "only on the first");
        send(third(), "only on the third");
        post("/api/create", create("only on the first", "only on the third"))
                .then()
                .statusCode(400)
                .body("error", containsString("no server that is up has all of these blobs"))
                .body("error", containsString(Sha256.of("only on the third")));
    }

    @Test
    void aBlobThatIsNotThereIsA404() {
        assertThat(given().head(path("never sent")).statusCode()).isEqualTo(404);
    }

    @Test
    void aBlobWithTheWrongDigestIsRefusedInTheServersWords() {
        given().body("wrong")
                .post(path("right"))
                .then()
                .statusCode(400)
                .body("error", containsString("digest mismatch"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"sha256:123", "md5:00", "..%2f..%2fdelete"})
    void whatIsNoDigestIsA400(String digest) {
        given().urlEncodingEnabled(false)
                .body("x")
                .post("/api/blobs/" + digest)
                .then()
                .statusCode(400)
                .body("code", equalTo("invalid_request"));
    }

    @Test
    void aBlobWhoseLengthIsNotKnownPassesInChunks() throws IOException {
        try (RawClient client = new RawClient(gateway())) {
            client.send(
                    "POST %s HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n7\r\nweights\r\n0\r\n\r\n"
                            .formatted(path("weights")));
            assertThat(client.readUntil("\r\n\r\n")).startsWith("HTTP/1.1 201");
        }
    }

    @Test
    void aClientThatExpectsContinueIsToldToSend() throws IOException {
        try (RawClient client = new RawClient(gateway())) {
            client.send(
                    "POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Length: 7\r\nExpect: 100-continue\r\n\r\n"
                            .formatted(path("weights")));
            assertThat(client.readUntil("\r\n\r\n")).startsWith("HTTP/1.1 100");
            client.send("weights");
            assertThat(client.readUntil("\r\n\r\n")).startsWith("HTTP/1.1 201");
        }
    }

    @Test
    void anEmptyBlobPasses() throws IOException {
        try (RawClient client = new RawClient(gateway())) {
            client.post(path(""), "");
            assertThat(client.readUntil("\r\n\r\n")).startsWith("HTTP/1.1 201");
        }
    }

    @Test
    void aLargeBlobForAServerThatNobodyKnowsIsRefusedAndTheConnectionGoesOn() throws IOException {
        String content = "weights".repeat(1_000_000);
        try (RawClient client = new RawClient(gateway())) {
            client.post(path(content) + "?server=elsewhere", content);
            assertThat(client.readUntil("}")).startsWith("HTTP/1.1 400").contains("elsewhere");
            client.send("GET /api/version HTTP/1.1\r\nHost: localhost\r\n\r\n");
            assertThat(client.readUntil("}")).startsWith("HTTP/1.1 200");
        }
    }

    @Test
    void aServerThatIsDownIsA502AndTheConnectionGoesOn() throws IOException {
        String content = "weights".repeat(300_000);
        third().fault(new Fault.Refuse());
        try (RawClient client = new RawClient(gateway())) {
            client.post(path(content) + "?server=" + address(third()), content);
            assertThat(client.readUntil("}"))
                    .startsWith("HTTP/1.1 502")
                    .contains("did not take the blob: ")
                    .containsAnyOf("connection refused", "the connection was reset");
            client.send("GET /api/version HTTP/1.1\r\nHost: localhost\r\n\r\n");
            assertThat(client.readUntil("}")).startsWith("HTTP/1.1 200");
        }
    }
}
