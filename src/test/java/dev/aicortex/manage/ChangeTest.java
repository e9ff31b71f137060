package dev.aicortex.manage;

import static dev.aicortex.testing.TestFleet.FIRST_ONLY;
import static dev.aicortex.testing.TestFleet.MODEL;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import dev.aicortex.fleet.FleetFixtures;
import dev.aicortex.simulator.Fault;
import dev.aicortex.simulator.SimulatedModel;
import dev.aicortex.simulator.SimulatedServer;
import dev.aicortex.testing.GatewayFlow;
import dev.aicortex.testing.ManageProfile;
import dev.aicortex.testing.RawClient;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.RestAssured;
import io.restassured.response.Response;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Deleting, copying, creating and pushing models. */
@QuarkusTest
@TestProfile(ManageProfile.class)
class ChangeTest extends GatewayFlow {
    private static Response delete(String body) {
        return given().body(body).delete("/api/delete");
    }

    private static List<String> tags() {
        return RestAssured.get("/api/tags").jsonPath().getList("models.name", String.class);
    }

    private static List<String> held(SimulatedServer server) {
        return server.models().stream().map(SimulatedModel::name).toList();
    }

    private SimulatedServer second() {
        return servers.all().get(1);
    }

    // ---- delete

    @ParameterizedTest
    @ValueSource(strings = {"model", "name", "Model"})
    void aModelIsDeletedOnEveryServerThatHoldsIt(String field) {
        Response answer = delete("{\"%s\":\"%s\"}".formatted(field, MODEL));
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.asString()).isEmpty();
        assertThat(servers.all()).flatExtracting(ChangeTest::held).containsExactly(FIRST_ONLY);
        assertThat(fleet.snapshot().models())
                .extracting(tag -> tag.label())
                .containsExactly(FIRST_ONLY);
    }

    @Test
    void aModelThatNobodyHoldsIsA404() {
        delete("{\"model\":\"nope:1b\"}")
                .then()
                .statusCode(404)
                .body("error", containsString("model 'nope:1b' not found"))
                .body("code", equalTo("model_not_found"));
    }

    @Test
    void aServerThatCannotDeleteIsNamedAndTheOthersDo() {
        second().fault(new Fault.Refuse());
        servers.all().get(2).fault(new Fault.Status500("disk on fire"), Fault.Scope.ALL);
        String error =
                delete("{\"model\":\"%s\"}".formatted(MODEL))
                        .then()
                        .statusCode(502)
                        .extract()
                        .path("error");
        assertThat(error)
                .contains(address(second()) + ": connection refused")
                .contains(address(servers.all().get(2)) + ": disk on fire")
                .doesNotContain(address(servers.first()));
        assertThat(held(servers.first())).containsExactly(FIRST_ONLY);
    }

    @Test
    void whatTheServersCallWrongIsNoFailureOfTheirs() {
        delete("{\"model\":\"%s\",\"name\":{}}".formatted(MODEL))
                .then()
                .statusCode(400)
                .body("error", containsString("cannot unmarshal object"));
        given().body("{\"model\":\"%s\",\"keep_alive\":0,\"prompt\":{}}".formatted(MODEL))
                .post("/api/generate")
                .then()
                .statusCode(400)
                .body("error", containsString("cannot unmarshal object"))
                .body("code", equalTo("invalid_request"));
    }

    @Test
    void aServerThatIsKnownToBeDownIsNamedUnasked() {
        second().fault(new Fault.Refuse());
        FleetFixtures.reset(fleet);
        delete("{\"model\":\"%s\"}".formatted(MODEL))
                .then()
                .statusCode(502)
                .body(
                        "error",
                        containsString(address(second()) + ": it is down: connection refused"));
    }

    @Test
    void aServerThatHadLostTheModelIsNoFailure() {
        second().models(List.of());
        assertThat(delete("{\"model\":\"%s\"}".formatted(MODEL)).statusCode()).isEqualTo(200);
    }

    @Test
    void onlyTheServersThatAreNamedDelete() {
        given().queryParam("server", address(second()))
                .body("{\"model\":\"%s\"}".formatted(MODEL))
                .delete("/api/delete")
                .then()
                .statusCode(200);
        assertThat(held(second())).isEmpty();
        assertThat(held(servers.first())).contains(MODEL);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{",
                "{\"model\":1}",
                "{\"model\":\" \"}",
                "{\"model\":\"a\",\"Model\":\"b\"}"
            })
    void aBodyThatMakesNoSenseIsA400(String body) {
        delete(body).then().statusCode(400).body("code", equalTo("invalid_request"));
        assertThat(held(second())).containsExactly(MODEL);
    }

    @Test
    void aBodyLongerThanAnyNeedsToBeIsRefused() {
        given().body("{\"model\":\"x\",\"system\":\"%s\"}".formatted("a".repeat(17 << 20)))
                .post("/api/create")
                .then()
                .statusCode(400)
                .body("error", containsString("the body of /api/create is longer than 16777216"));
    }

    @Test
    void aBodyThatIsCompressedIsRead() throws IOException {
        String copy = "{\"source\":\"gemma3:270m\",\"destination\":\"mine\"}";
        assertThat(compressed("gzip", gzip(copy)).statusCode()).isEqualTo(200);
        assertThat(tags()).contains("mine:latest");
        compressed("gzip", gzip(" ".repeat(17 << 20)))
                .then()
                .statusCode(400)
                .body("error", containsString("the body of /api/copy is longer than 16777216"));
        compressed("br", gzip(copy))
                .then()
                .statusCode(415)
                .header("Accept-Encoding", "gzip, deflate, zstd")
                .body("error", containsString("'br'"));
    }

    private static Response compressed(String coding, byte[] body) {
        return given().contentType("application/octet-stream")
                .header("Content-Encoding", coding)
                .body(body)
                .post("/api/copy");
    }

    private static byte[] gzip(String text) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream out = new GZIPOutputStream(bytes)) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        }
        return bytes.toByteArray();
    }

    @Test
    void aQueryThatCannotBeDecodedIsA400() throws IOException {
        try (RawClient client = new RawClient(gateway())) {
            client.post("/api/copy?server=%zz", "{\"source\":\"x\"}");
            assertThat(client.readUntil("\r\n\r\n")).startsWith("HTTP/1.1 400");
        }
    }

    // ---- copy

    @Test
    void aCopyIsMadeWhereTheSourceIs() {
        Response answer =
                post("/api/copy", "{\"source\":\"gemma3:270m\",\"destination\":\"mine\"}");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.asString()).isEmpty();
        assertThat(answer.header("X-Cortex-Server")).isEqualTo(address(servers.first()));
        assertThat(tags()).contains("mine:latest");
    }

    @Test
    void aCopyOfNothingIsA404() {
        post("/api/copy", "{\"source\":\"nope:1b\",\"destination\":\"x\"}")
                .then()
                .statusCode(404)
                .body("error", containsString("not found"));
    }

    @Test
    void theServerThatIsNamedMakesTheCopy() {
        given().header("X-Cortex-Server", second().url().getAuthority())
                .body("{\"source\":\"%s\",\"destination\":\"mine\"}".formatted(MODEL))
                .post("/api/copy")
                .then()
                .statusCode(200);
        assertThat(held(second())).contains("mine:latest");
        assertThat(held(servers.first())).doesNotContain("mine:latest");
    }

    @Test
    void aServerThatIsNotOfTheFleetIsA400ThatListsThem() {
        given().queryParam("server", "http://elsewhere:1")
                .body("{\"source\":\"%s\",\"destination\":\"mine\"}".formatted(MODEL))
                .post("/api/copy")
                .then()
                .statusCode(400)
                .body("error", containsString("'http://elsewhere:1' is no server of this fleet"))
                .body("error", containsString(address(second())));
    }

    @Test
    void aServerThatHangsIsA502() {
        servers.first().fault(new Fault.HangBeforeHead(), Fault.Scope.ALL);
        post("/api/copy", "{\"source\":\"gemma3:270m\",\"destination\":\"mine\"}")
                .then()
                .statusCode(502)
                .body("error", containsString("no answer in time"));
    }

    // ---- create, push

    @Test
    void aModelIsCreatedWhereItsBaseIsAndItsProgressPassesAsItIs() {
        Response answer =
                post(
                        "/api/create",
                        "{\"model\":\"tuned\",\"from\":\"gemma3:270m\",\"system\":\"Be brief.\"}");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.contentType()).startsWith("application/x-ndjson");
        assertThat(answer.asString())
                .startsWith("{\"status\":\"using existing layer sha256:")
                .endsWith("{\"status\":\"writing manifest\"}\n{\"status\":\"success\"}\n");
        assertThat(held(servers.first())).contains("tuned:latest");
        assertThat(tags()).contains("tuned:latest");
    }

    @Test
    void withoutProgressTheAnswerIsOneObject() {
        post("/api/create", "{\"model\":\"tuned\",\"from\":\"gemma3:270m\",\"stream\":false}")
                .then()
                .statusCode(200)
                .body("status", equalTo("success"));
    }

    @Test
    void progressThatBreaksOffEndsInAnError() {
        servers.first().fault(new Fault.CutReset(2), Fault.Scope.ALL);
        String answer =
                post("/api/create", "{\"model\":\"tuned\",\"from\":\"gemma3:270m\"}").asString();
        assertThat(answer.lines().toList().getLast())
                .startsWith("{\"error\":\"the server broke off");
    }

    @Test
    void aClientThatLeavesStopsTheCreation() throws IOException {
        servers.first().fault(new Fault.HangMidStream(2), Fault.Scope.ALL);
        try (RawClient client = new RawClient(gateway())) {
            client.post("/api/create", "{\"model\":\"tuned\",\"from\":\"gemma3:270m\"}");
            client.readUntil("existing layer");
        }
        await().until(() -> cancelled(servers.first(), "/api/create"));
    }

    static boolean cancelled(SimulatedServer server, String path) {
        return server.received().stream()
                .anyMatch(request -> request.uri().equals(path) && request.cancelled());
    }

    @Test
    void aModelIsPushedFromAServerThatHoldsIt() {
        Response answer = post("/api/push", "{\"name\":\"gemma3:270m\"}");
        assertThat(answer.header("X-Cortex-Server")).isEqualTo(address(servers.first()));
        assertThat(answer.asString()).endsWith("{\"status\":\"success\"}\n");
        assertThat(post("/api/push", "{\"model\":\"nope\"}").statusCode()).isEqualTo(404);
    }
}
