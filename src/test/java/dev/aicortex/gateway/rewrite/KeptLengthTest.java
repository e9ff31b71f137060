package dev.aicortex.gateway.rewrite;

import static dev.aicortex.testing.TestFleet.FIRST_ONLY;
import static dev.aicortex.testing.TestFleet.MODEL;
import static org.assertj.core.api.Assertions.assertThat;

import dev.aicortex.fleet.FleetFixtures;
import dev.aicortex.simulator.SimulatedServer;
import dev.aicortex.testing.GatewayFlow;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.response.Response;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A client's {@code num_ctx} that moves from turn to turn does not load its model each time. */
@QuarkusTest
class KeptLengthTest extends GatewayFlow {
    private static final String HEADER = "X-Cortex-Num-Ctx";

    /** Each test finds the models unloaded, whatever length they had before. */
    @BeforeEach
    void unload() {
        unloadAll();
    }

    private static String chat(String model, String numCtx) {
        return """
        {"model":"%s","messages":[{"role":"user","content":"hi"}],"options":{"seed":1, "num_ctx" : %s ,"top_k":2},"stream":false}\
        """
                .formatted(model, numCtx);
    }

    /** Somebody else has loaded it, and the gateway has seen that. */
    private void load(SimulatedServer server, String model, int numCtx) {
        post(
                address(server) + "/api/generate",
                "{\"model\":\"%s\",\"options\":{\"num_ctx\":%d}}".formatted(model, numCtx));
        FleetFixtures.reset(fleet);
    }

    @Test
    void aModelThatIsInMemoryWithMoreStaysAsItIs() {
        load(servers.first(), FIRST_ONLY, 16384);
        long loads = servers.first().counters().loads();
        for (String moving : new String[] {"9123", "9409", "12000"}) {
            Response answer = post("/api/chat", chat(FIRST_ONLY, moving));
            assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(200);
            assertThat(sent(answer)).isEqualTo(chat(FIRST_ONLY, "16384"));
            assertThat(answer.header(HEADER)).isEqualTo("16384");
        }
        Response equal = post("/api/chat", chat(FIRST_ONLY, "16384"));
        assertThat(sent(equal)).isEqualTo(chat(FIRST_ONLY, "16384"));
        assertThat(equal.header(HEADER)).isNull();
        assertThat(servers.first().counters().loads()).isEqualTo(loads);
    }

    @Test
    void aNumberThatWasWorkedOutHasRoomToGrow() {
        long loads = servers.first().counters().loads();
        for (String moving : new String[] {"2123", "2409", "2560"}) {
            Response answer = post("/api/chat", chat(FIRST_ONLY, moving));
            assertThat(sent(answer)).isEqualTo(chat(FIRST_ONLY, "2560"));
            assertThat(answer.header(HEADER)).isEqualTo(moving.equals("2560") ? null : "2560");
        }
        assertThat(servers.first().counters().loads()).isEqualTo(loads + 1);
        for (String moving : new String[] {"2800", "4096"}) {
            assertThat(sent(post("/api/chat", chat(FIRST_ONLY, moving))))
                    .isEqualTo(chat(FIRST_ONLY, "4096"));
        }
        assertThat(servers.first().counters().loads()).isEqualTo(loads + 2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"2100", "3000", "3072", "2304"})
    void aRoundNumberIsRoundedUpOnlyOnceItMoves(String round) {
        long loads = servers.first().counters().loads();
        Response first = post("/api/chat", chat(FIRST_ONLY, round));
        assertThat(sent(first)).as("what the client asked for").isEqualTo(chat(FIRST_ONLY, round));
        assertThat(first.header(HEADER)).isNull();
        assertThat(sent(post("/api/chat", chat(FIRST_ONLY, "3100"))))
                .isEqualTo(chat(FIRST_ONLY, "4096"));
        assertThat(servers.first().counters().loads()).isEqualTo(loads + 2);
    }

    /** Others have not loaded it, which is no reason to have each turn loaded by another one. */
    @Test
    void aConversationWhoseNumberGrowsStaysOnItsServer() {
        String told = "Words of this conversation. ".repeat(400);
        String server = null;
        for (String moving : new String[] {"9123", "9409", "9700", "10001"}) {
            Response answer = post("/api/chat", chat(MODEL, moving).replace("hi", told));
            server = server == null ? answer.header("X-Cortex-Server") : server;
            assertThat(answer.header("X-Cortex-Server")).as(moving).isEqualTo(server);
            told += answer.path("message.content").toString().replaceAll("[^a-z ]", "") + " More.";
        }
    }

    @Test
    void aStreamAndALongBodyAreToldAndWrittenToo() {
        load(servers.first(), FIRST_ONLY, 16384);
        String stream = chat(FIRST_ONLY, "9123").replace("\"stream\":false", "\"stream\":true");
        Response streamed = post("/api/chat", stream);
        assertThat(streamed.header(HEADER)).isEqualTo("16384");
        assertThat(sent(streamed)).isEqualTo(stream.replace("9123", "16384"));
        String text = "A".repeat(2_000_000);
        Response spooled = post("/api/chat", chat(FIRST_ONLY, "99").replace("hi", text));
        assertThat(spooled.header(HEADER)).isEqualTo("16384");
        assertThat(servers.first().lastPost().length())
                .isEqualTo(chat(FIRST_ONLY, "16384").replace("hi", text).length());
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "9123.5", "\"many\"", "99999999999", "[9123]"})
    void whatIsNoLengthIsTheServersToJudge(String odd) {
        load(servers.first(), FIRST_ONLY, 16384);
        Response answer = post("/api/chat", chat(FIRST_ONLY, odd));
        assertThat(answer.header(HEADER)).isNull();
        assertThat(servers.first().lastPost().text()).isEqualTo(chat(FIRST_ONLY, odd));
    }

    /** Its text is cut to it: with more there would be another vector. */
    @Test
    void anEmbeddingHasTheLengthThatItAsksFor() {
        load(servers.first(), FIRST_ONLY, 16384);
        String embedding =
                "{\"model\":\"%s\",\"input\":\"hi\",\"options\":{\"num_ctx\":512}}"
                        .formatted(FIRST_ONLY);
        assertThat(post("/api/embed", embedding).header(HEADER)).isNull();
        assertThat(servers.first().lastPost().text()).isEqualTo(embedding);
    }

    @Test
    void aServerThatHasEnoughInMemoryIsChosen() {
        for (SimulatedServer server : servers.all()) {
            load(server, MODEL, 2048);
        }
        load(servers.all().get(1), MODEL, 16384);
        long loads = servers.all().stream().mapToLong(each -> each.counters().loads()).sum();
        for (String moving : new String[] {"9123", "9409"}) {
            Response answer = post("/api/chat", chat(MODEL, moving));
            assertThat(answer.header("X-Cortex-Server")).isEqualTo(address(servers.all().get(1)));
            assertThat(answer.header(HEADER)).isEqualTo("16384");
        }
        assertThat(servers.all().stream().mapToLong(each -> each.counters().loads()).sum())
                .isEqualTo(loads);
    }

    @Test
    void aLengthThatTheServerHasByItselfMakesItNoOther() {
        post(address(servers.first()) + "/api/generate", "{\"model\":\"" + FIRST_ONLY + "\"}");
        FleetFixtures.reset(fleet);
        long loads = servers.first().counters().loads();
        Response small = post("/api/chat", chat(FIRST_ONLY, "512"));
        assertThat(small.header(HEADER)).isEqualTo("4096");
        assertThat(post("/v1/chat/completions", body(FIRST_ONLY, false)).statusCode())
                .isEqualTo(200);
        assertThat(servers.first().counters().loads()).isEqualTo(loads);
        assertThat(RestAssured.get(address(servers.first()) + "/api/ps").asString())
                .contains("\"context_length\":4096");
    }
}
