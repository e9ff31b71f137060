package dev.aicortex.gateway.metrics;

import static dev.aicortex.testing.TestFleet.FIRST_ONLY;
import static dev.aicortex.testing.TestFleet.MODEL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.aicortex.simulator.Fault;
import dev.aicortex.testing.GatewayFlow;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the metrics show of requests. Other tests count too, so it is the difference. */
@QuarkusTest
class GatewayMetricsTest extends GatewayFlow {
    private List<String> before = List.of();

    @BeforeEach
    void remember() {
        before = lines();
    }

    private static List<String> lines() {
        return RestAssured.get("/q/metrics").asString().lines().toList();
    }

    private static double sum(List<String> lines, String start) {
        return lines.stream()
                .filter(line -> line.startsWith(start))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .sum();
    }

    private double more(String start) {
        return sum(lines(), start) - sum(before, start);
    }

    @Test
    void eachAttemptIsAChoiceOfItsPolicy() {
        post("/v1/chat/completions", body(MODEL, false));
        post("/v1/chat/completions", body(MODEL, false));

        assertThat(more("cortex_routing_choices_total{policy=\"expected-first-token\""))
                .isEqualTo(2);
        assertThat(more("cortex_routing_choices_total{policy=\"round-robin\"")).isZero();
    }

    @Test
    void aStreamShowsWhatWasExpectedAndWhatCame() {
        post("/v1/chat/completions", body(MODEL, true));

        assertThat(more("cortex_routing_first_token_seconds_count")).isEqualTo(1);
        assertThat(more("cortex_routing_expected_seconds_count")).isEqualTo(1);
        assertThat(more("cortex_routing_first_token_seconds_sum")).isPositive();
    }

    @Test
    void aStreamIsInTheHistogramsOfItsModelAlone() {
        post("/v1/chat/completions", body(FIRST_ONLY, true));
        post("/v1/chat/completions", body(FIRST_ONLY, false));
        await().until(() -> inFlight() == 0);

        for (String histogram : List.of("time_to_first_token", "time_per_output_token")) {
            String name = "cortex_" + histogram + "_seconds";
            String model = "{model=\"" + FIRST_ONLY + "\"";
            assertThat(more(name + "_count" + model)).as(name).isEqualTo(1);
            assertThat(more(name + "_bucket" + model + ",le=\"+Inf\"")).as(name).isEqualTo(1);
        }
        assertThat(lines().stream().filter(line -> line.contains("time_to_first_token")))
                .noneMatch(line -> line.contains("server="));
    }

    @Test
    void theWaitForAPlaceIsAHistogram() {
        assertThat(lines())
                .anyMatch(line -> line.startsWith("cortex_queue_wait_seconds_bucket{priority="));
    }

    @Test
    void anAnswerThatIsNoStreamHasNoFirstToken() {
        post("/v1/chat/completions", body(MODEL, false));

        assertThat(more("cortex_routing_first_token_seconds_count")).isZero();
        assertThat(more("cortex_routing_expected_seconds_count")).isZero();
    }

    @Test
    void aServerThatDidNotAnswerHasNoFirstToken() {
        servers.faultEverywhere(new Fault.Empty200());

        post("/v1/chat/completions", body(MODEL, true));

        assertThat(more("cortex_routing_choices_total")).isGreaterThan(1);
        assertThat(more("cortex_routing_first_token_seconds_count")).isZero();
    }

    @Test
    void aPromptThatIsAskedAgainIsCounted() {
        String body =
                """
                {"model":"%s","stream":true,"messages":[{"role":"user","content":"%s"}]}\
                """
                        .formatted(FIRST_ONLY, "metrics ".repeat(1_000));
        post("/api/chat", body);
        assertThat(cachedTokens(true)).isZero();
        double once = cachedTokens(false);
        assertThat(once).isGreaterThan(1_000);

        post("/api/chat", body);

        assertThat(cachedTokens(true)).isGreaterThan(once / 4);
    }

    private double cachedTokens(boolean cached) {
        return more("cortex_prompt_tokens_total{cached=\"" + cached + "\"");
    }

    @Test
    void everyServerIsShownFromTheStart() {
        for (String name :
                List.of(
                        "in_flight",
                        "parallel",
                        "models_resident",
                        "draining",
                        "doubtful",
                        "breaker_open")) {
            String metric = "cortex_server_" + name + "{";
            assertThat(before.stream().filter(line -> line.startsWith(metric)))
                    .as(metric)
                    .hasSize(fleet.snapshot().states().size());
        }
    }

    @Test
    void aServerThatIsDrainedIsShownAsDraining() {
        String server = "server=\"" + address(servers.first()) + "\"";
        fleet.snapshot().states().getFirst().server().drain(true);
        try {
            assertThat(sum(lines(), "cortex_server_draining{" + server)).isEqualTo(1);
        } finally {
            fleet.snapshot().states().getFirst().server().drain(false);
        }
        assertThat(sum(lines(), "cortex_server_draining{" + server)).isZero();
    }
}
