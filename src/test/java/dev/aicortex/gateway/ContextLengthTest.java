package dev.aicortex.gateway;

import static dev.aicortex.testing.TestFleet.FIRST_ONLY;
import static dev.aicortex.testing.TestFleet.MODEL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.aicortex.fleet.FleetFixtures;
import dev.aicortex.testing.GatewayFlow;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.RestAssured;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How much of a conversation a model gets to see, and who hears of what was cut. */
@QuarkusTest
@TestProfile(ConfiguredGateway.class)
class ContextLengthTest extends GatewayFlow {
    @Inject MeterRegistry registry;

    @Test
    void theContextLengthOfAModelReachesEveryRoute() {
        Response compatible = post("/v1/chat/completions", body(FIRST_ONLY, false));
        assertThat(received(compatible)).contains("-cortex-64-").doesNotContain("num_ctx");
        Response direct = post("/api/chat", body(FIRST_ONLY, false));
        assertThat(received(direct)).startsWith("{\"options\":{\"num_ctx\":64},\"model\"");
        String own = body(FIRST_ONLY, false).replaceFirst("\\{", "{\"options\":{\"num_ctx\":7},");
        assertThat(received(post("/api/chat", own))).isEqualTo(own);
        String other = body(FIRST_ONLY, false).replaceFirst("\\{", "{\"options\":{\"seed\":7},");
        assertThat(received(post("/api/chat", other)))
                .startsWith("{\"options\":{\"num_ctx\":64,\"seed\":7},");
        for (String none : new String[] {"null", "{}", "{ }"}) {
            String empty =
                    body(FIRST_ONLY, false).replaceFirst("\\{", "{\"options\":" + none + ",");
            assertThat(received(post("/api/chat", empty)))
                    .startsWith("{\"options\":{\"num_ctx\":64},\"model\"");
        }
        String absent =
                body(FIRST_ONLY, false)
                        .replaceFirst("\\{", "{\"options\":{\"num_ctx\": null, \"seed\":7},");
        assertThat(received(post("/api/chat", absent)))
                .startsWith("{\"options\":{\"num_ctx\": 64, \"seed\":7},");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "many", "99999999999"})
    void aHeaderThatIsNoLengthIsRefused(String length) {
        Response answer =
                RestAssured.given()
                        .header("X-Cortex-Num-Ctx", length)
                        .body(body(MODEL, false))
                        .post("/v1/chat/completions");
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.jsonPath().getString("error.message"))
                .contains("X-Cortex-Num-Ctx", length, "8192");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/chat/completions", "/api/chat"})
    void aPromptThatWasCutIsSaidToBe(String path) {
        String cut = body(FIRST_ONLY, false).replace("sky", "blue sky ".repeat(100));
        double before = truncated();
        assertThat(post(path, cut).header("X-Cortex-Truncated")).isEqualTo("true");
        await().until(() -> truncated() == before + 1);
        String stream = cut.replace("\"stream\":false", "\"stream\":true");
        assertThat(post(path, stream).header("X-Cortex-Truncated")).isEqualTo("likely");
        await().until(() -> truncated() == before + 2);
        Response fits = post(path, body(FIRST_ONLY, false));
        assertThat(fits.header("X-Cortex-Truncated")).isNull();
    }

    @Test
    void aBodyThatIsTooMuchForAnEstimateIsServed() {
        String context = "1,".repeat(200_000) + "1";
        String body =
                "{\"model\":\"%s\",\"prompt\":\"hi\",\"stream\":false,\"context\":[%s]}"
                        .formatted(FIRST_ONLY, context);
        Response answer = post("/api/generate", body);
        assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(200);
    }

    private double truncated() {
        return registry.find("cortex.truncated").counters().stream()
                .mapToDouble(Counter::count)
                .sum();
    }

    @Test
    void aPromptThatIsCutByTheServersOwnContextIsSaidToBe() {
        servers.all().forEach(server -> post(address(server) + "/api/chat", body(MODEL, false)));
        FleetFixtures.reset(fleet); // learns what is loaded, with the usual 4,096 tokens
        String cut = body(MODEL, false).replace("sky", "blue sky ".repeat(5_000));
        assertThat(post("/v1/chat/completions", cut).header("X-Cortex-Truncated"))
                .isEqualTo("true");
    }
}
