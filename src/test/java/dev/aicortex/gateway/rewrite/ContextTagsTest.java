package dev.aicortex.gateway.rewrite;

import static dev.aicortex.testing.TestFleet.FIRST_ONLY;
import static dev.aicortex.testing.TestFleet.MODEL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.aicortex.fleet.FleetFixtures;
import dev.aicortex.fleet.Outcome;
import dev.aicortex.fleet.ServerState;
import dev.aicortex.model.ContextTag;
import dev.aicortex.model.ModelName;
import dev.aicortex.ollama.OllamaConnections;
import dev.aicortex.simulator.ReceivedRequest;
import dev.aicortex.simulator.SimulatedModel;
import dev.aicortex.simulator.SimulatedServer;
import dev.aicortex.testing.GatewayFlow;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.restassured.RestAssured;
import io.restassured.response.Response;
import io.vertx.core.Vertx;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A context length reaches every route by a tag of the gateway's own, which nobody gets to see. */
@QuarkusTest
@TestProfile(ContextTagsTest.Lengths.class)
class ContextTagsTest extends GatewayFlow {
    private static final String CHAT = "/v1/chat/completions";

    @Inject Vertx vertx;
    @Inject OllamaConnections connections;
    @Inject ContextLength lengths;

    /** Lengths for three models. */
    public static final class Lengths implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of(
                    "cortex.context.models.\"" + MODEL + "\"",
                    "8192",
                    "cortex.context.models.\"" + FIRST_ONLY + "\"",
                    "2048",
                    "cortex.context.models.\"qwen3:8b\"",
                    "4096",
                    "cortex.manage",
                    "true");
        }
    }

    /** Each test finds the models unloaded, whatever length they had before. */
    @BeforeEach
    void unload() {
        unloadAll();
    }

    private static String any(String model, boolean stream) {
        return """
        {"model":"%s","max_tokens":4,"prompt":"hi","input":"hi","messages":[{"role":"user","content":"hi"}],"stream":%b}\
        """
                .formatted(model, stream);
    }

    private static Response ask(String path, String body, String numCtx) {
        return RestAssured.given()
                .contentType("application/json")
                .header("X-Cortex-Num-Ctx", numCtx)
                .body(body)
                .post(path);
    }

    private static String tag(SimulatedModel model, int length) {
        return ContextTag.of(ModelName.of(model.name()), length, model.digest()).name();
    }

    private static String loaded(SimulatedServer server) {
        return RestAssured.get(address(server) + "/api/ps").asString();
    }

    private static List<String> names(SimulatedServer server) {
        return server.models().stream().map(SimulatedModel::name).toList();
    }

    private static long created(SimulatedServer server, String name) {
        return server.received().stream()
                .filter(got -> got.uri().equals("/api/create"))
                .map(ReceivedRequest::text)
                .filter(text -> text.contains("\"" + name + "\""))
                .count();
    }

    @ParameterizedTest
    @ValueSource(strings = {CHAT, "/v1/completions", "/v1/responses", "/v1/messages"})
    void aCompatibleRouteHasTheLengthAndSeesItsModel(String path) {
        String tag = tag(SimulatedModel.llama32(), 8192);
        for (boolean stream : new boolean[] {true, false}) {
            String body = any(MODEL, stream);
            Response answer = post(path, body);
            assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(200);
            assertThat(received(answer)).isEqualTo(body.replace(MODEL, tag));
            assertThat(answer.asString())
                    .contains("\"model\":\"" + MODEL + "\"")
                    .doesNotContain("-cortex-");
            assertThat(loaded(answered(answer))).contains("\"context_length\":8192");
        }
    }

    @Test
    void everyFieldOfACompatibleRoutePassesByteForByte() {
        String body =
                """
                {"input":"hi", "model" : "%s","max_output_tokens":4,"new_field":{"a":[1.50,null]},
                 "tools":[{"type":"namespace","name":"mcp","tools":[{"type":"function","name":"f","parameters":{}}]}],
                 "reasoning":null,"include":[ ],"prompt_cache_key":"k"}
                """
                        .formatted(MODEL);
        Response answer = post("/v1/responses", body);
        assertThat(sent(answer))
                .isEqualTo(body.replace(MODEL, tag(SimulatedModel.llama32(), 8192)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"minimal", "xhigh", "none"})
    void anEffortIsTheServersToJudge(String effort) {
        String body =
                any(MODEL, false).replaceFirst("\\{", "{\"reasoning_effort\":\"" + effort + "\",");
        assertThat(sent(post(CHAT, body)))
                .isEqualTo(body.replace(MODEL, tag(SimulatedModel.llama32(), 8192)));
    }

    @Test
    void aNativeRouteHasTheSameLengthSoThatNothingIsLoadedAnew() {
        long before = servers.first().counters().loads();
        post(CHAT, any(FIRST_ONLY, false));
        long loads = servers.first().counters().loads();
        assertThat(loads - before).isLessThanOrEqualTo(1);
        for (String path : List.of("/api/chat", "/api/generate", CHAT, "/api/chat")) {
            Response answer = post(path, any(FIRST_ONLY, false));
            assertThat(answer.statusCode()).isEqualTo(200);
        }
        assertThat(servers.first().counters().loads()).isEqualTo(loads);
        String own = any(FIRST_ONLY, false).replaceFirst("\\{", "{\"options\":{\"num_ctx\":512},");
        assertThat(sent(post("/api/chat", own))).isEqualTo(own.replace("512", "2048"));
        assertThat(servers.first().counters().loads()).isEqualTo(loads);
        String more = own.replace("512", "3000");
        assertThat(sent(post("/api/chat", more))).isEqualTo(own.replace("512", "4096"));
        assertThat(loaded(servers.first())).contains("\"context_length\":4096");
    }

    @Test
    void aHeaderIsRoundedAndMetByWhatIsResidentWithMore() {
        assertThat(sent(ask(CHAT, any(FIRST_ONLY, false), "5000"))).contains("-cortex-8192-");
        assertThat(loaded(servers.first())).contains("\"context_length\":8192");
        long loads = servers.first().counters().loads();
        assertThat(sent(ask(CHAT, any(FIRST_ONLY, false), "3000"))).contains("-cortex-8192-");
        assertThat(sent(post(CHAT, any(FIRST_ONLY, false)))).contains("-cortex-8192-");
        assertThat(sent(post("/api/chat", any(FIRST_ONLY, false)))).contains("\"num_ctx\":8192");
        assertThat(servers.first().counters().loads()).isEqualTo(loads);
        assertThat(sent(ask(CHAT, any(FIRST_ONLY, false), "16384"))).contains("-cortex-16384-");
    }

    @Test
    void twoLengthsOfAModelStayOnServersOfTheirOwn() {
        Response usual = post(CHAT, any(MODEL, false));
        Response longer = ask(CHAT, any(MODEL, false), "32768");
        assertThat(answered(longer)).isNotSameAs(answered(usual));
        long loads = servers.all().stream().mapToLong(each -> each.counters().loads()).sum();
        for (int i = 0; i < 4; i++) {
            assertThat(loaded(answered(post(CHAT, any(MODEL, false))))).contains(":8192}");
            assertThat(loaded(answered(ask(CHAT, any(MODEL, false), "32768")))).contains(":32768}");
        }
        assertThat(servers.all().stream().mapToLong(each -> each.counters().loads()).sum())
                .isLessThanOrEqualTo(loads + 1);
    }

    @Test
    void manyAtOnceMakeOneTag() {
        SimulatedModel fresh = SimulatedModel.gemma3().withDigest("ab".repeat(32));
        servers.first().models(List.of(fresh));
        FleetFixtures.reset(fleet);
        List<CompletableFuture<Integer>> all = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            all.add(
                    CompletableFuture.supplyAsync(
                            () -> ask(CHAT, any(FIRST_ONLY, false), "65536").statusCode()));
        }
        assertThat(all.stream().map(CompletableFuture::join)).allMatch(status -> status == 200);
        assertThat(created(servers.first(), tag(fresh, 65536))).isEqualTo(1);
    }

    @Test
    void noListShowsATag() {
        ask(CHAT, any(FIRST_ONLY, false), "32768");
        FleetFixtures.reset(fleet);
        assertThat(names(servers.first())).anyMatch(ContextTag::is);
        for (String path : List.of("/api/tags", "/v1/models", "/api/ps", "/models", "/health")) {
            assertThat(RestAssured.get(path).asString()).as(path).doesNotContain("-cortex-");
        }
        assertThat(RestAssured.get("/api/ps").asString())
                .contains("\"name\":\"" + FIRST_ONLY + "\"", SimulatedModel.gemma3().digest());
    }

    @Test
    void nobodyAsksForATagByItsName() {
        String tag = tag(SimulatedModel.gemma3(), 2048);
        await().until(() -> names(servers.first()).contains(tag));
        FleetFixtures.reset(fleet);
        for (String path : List.of(CHAT, "/api/chat", "/api/show")) {
            assertThat(post(path, any(tag, false)).statusCode()).as(path).isEqualTo(404);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "POST, /api/pull, model",
        "POST, /api/push, model",
        "POST, /api/copy, source",
        "POST, /api/create, model",
        "DELETE, /api/delete, model"
    })
    void nobodyManagesATag(String method, String path, String field) {
        String tag = tag(SimulatedModel.gemma3(), 2048);
        await().until(() -> names(servers.first()).contains(tag));
        Response answer =
                RestAssured.given()
                        .contentType("application/json")
                        .body(
                                "{\"%s\":\"%s\",\"from\":\"%s\",\"destination\":\"x\",\"stream\":false}"
                                        .formatted(field, tag, FIRST_ONLY))
                        .request(method, path);
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.asString()).contains(tag, "context tag");
    }

    @Test
    void aTagFollowsItsModel() {
        String old = tag(SimulatedModel.gemma3(), 2048);
        await().until(() -> names(servers.first()).contains(old));
        SimulatedModel newer = SimulatedModel.gemma3().withDigest("12".repeat(32));
        List<SimulatedModel> models = new ArrayList<>(servers.first().models());
        models.removeIf(model -> model.name().equals(FIRST_ONLY));
        models.add(newer);
        servers.first().models(models);
        FleetFixtures.reset(fleet);
        await().until(() -> names(servers.first()).contains(tag(newer, 2048)));
        await().until(() -> !names(servers.first()).contains(old));
        List<SimulatedModel> without = new ArrayList<>(servers.first().models());
        without.removeIf(model -> model.name().equals(FIRST_ONLY));
        servers.first().models(without);
        FleetFixtures.reset(fleet);
        await().until(() ->
                names(servers.first()).stream().noneMatch(n -> n.startsWith(FIRST_ONLY)));
    }

    @Test
    void aTagThatIsGoneIsMadeAgainForTheRequestThatMissesIt() {
        post(CHAT, any(FIRST_ONLY, false));
        FleetFixtures.reset(fleet);
        servers.first().models(List.of(SimulatedModel.gemma3()));
        assertThat(post(CHAT, any(FIRST_ONLY, false)).statusCode()).isEqualTo(200);
    }

    @Test
    void aGatewayThatStartsClearsAwayWhatIsNotSet() {
        SimulatedModel left =
                SimulatedModel.gemma3().withName(tag(SimulatedModel.gemma3(), 524_288));
        SimulatedModel set = SimulatedModel.gemma3().withName(tag(SimulatedModel.gemma3(), 2048));
        servers.first().models(List.of(SimulatedModel.gemma3(), left, set));
        FleetFixtures.reset(fleet);
        assertThat(names(servers.first())).as("this one has asked for it").contains(left.name());
        ContextTags started = new ContextTags(vertx, fleet, connections, lengths);
        vertx.runOnContext(_ -> started.tend(fleet.snapshot().states().getFirst(), Instant.now()));
        await().until(() -> !names(servers.first()).contains(left.name()));
        assertThat(names(servers.first())).contains(set.name(), FIRST_ONLY);
    }

    @ParameterizedTest
    @ValueSource(ints = {403, 404, 405})
    void aServerThatMakesNoTagsIsOneForEveryModel(int status) {
        servers.first().createStatus(status);
        ContextTags fresh = new ContextTags(vertx, fleet, connections, lengths);
        ServerState first = fleet.snapshot().states().getFirst();
        assertThat(made(fresh, first, FIRST_ONLY)).isInstanceOf(Outcome.Lost.class);
        assertThat(fresh.refusal(first.server()).orElseThrow())
                .contains("POST /api/create", "not allowed here");
    }

    @Test
    void aModelOfWhichNoTagCanBeMadeKeepsNoOtherFromItsOwn() {
        servers.first().createStatus(500);
        ContextTags fresh = new ContextTags(vertx, fleet, connections, lengths);
        ServerState first = fleet.snapshot().states().getFirst();
        assertThat(made(fresh, first, FIRST_ONLY)).isInstanceOf(Outcome.Lost.class);
        servers.first().createStatus(0);
        assertThat(fresh.refusal(first.server())).isEmpty();
        assertThat(made(fresh, first, MODEL)).isInstanceOf(Outcome.Answered.class);
        assertThat(made(fresh, first, FIRST_ONLY)).isInstanceOf(Outcome.Lost.class);
    }

    private static Outcome made(ContextTags tags, ServerState state, String model) {
        ModelName name = ModelName.of(model);
        String tag = tags.name(state.server(), name, 1 << 20);
        return tags.ensure(state.server(), name, tag, 1 << 20)
                .toCompletionStage()
                .toCompletableFuture()
                .join();
    }

    @Test
    void aServerThatRefusesHasNoPartInWhatNeedsATag() {
        SimulatedServer third = servers.all().get(2);
        SimulatedModel other = SimulatedModel.qwen3();
        third.createStatus(403);
        third.models(List.of(other));
        FleetFixtures.reset(fleet);
        Response none = post(CHAT, any("qwen3:8b", false));
        assertThat(none.statusCode()).isEqualTo(502);
        assertThat(none.asString()).contains(address(third), "context tag", "POST /api/create");
        assertThat(post("/api/chat", any("qwen3:8b", false)).statusCode()).isEqualTo(200);
        assertThat(RestAssured.get("/health").asString()).contains("\"context_tags\":\"it refuses");
        servers.all().get(1).models(List.of(SimulatedModel.llama32(), other));
        FleetFixtures.reset(fleet);
        for (int i = 0; i < 4; i++) {
            Response answer = post(CHAT, any("qwen3:8b", false));
            assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(200);
            assertThat(answered(answer)).isSameAs(servers.all().get(1));
        }
        assertThat(post("/admin/explain", any("qwen3:8b", false)).asString())
                .contains("it refuses to make a context tag");
    }
}
