package dev.aicortex.gateway;

import static io.restassured.RestAssured.get;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.aicortex.fleet.Fleet;
import dev.aicortex.fleet.FleetFixtures;
import dev.aicortex.fleet.Health;
import dev.aicortex.fleet.ServerState;
import dev.aicortex.model.ModelName;
import dev.aicortex.ollama.ControlApi;
import dev.aicortex.ollama.UnreachableException;
import dev.aicortex.testing.OddServers;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.config.ConfigProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What servers answer about themselves, whatever it is: no one of them ends the gateway. */
@QuarkusTest
@TestProfile(OddServersTest.Odd.class)
class OddServersTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String TOO_LONG =
            "its answer is longer than 4194304 bytes (cortex.control.max-answer)";

    @Inject Fleet fleet;
    @Inject ControlApi control;

    public static class Odd implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of(
                    "cortex.aliases.alias", "odd:1b",
                    "cortex.health.timeout", "20s",
                    "cortex.load.shield-from", "off");
        }

        @Override
        public List<TestResourceEntry> testResources() {
            return List.of(new TestResourceEntry(OddServers.class));
        }
    }

    @BeforeEach
    void probed() {
        FleetFixtures.reset(fleet);
    }

    private static String url(String name) {
        return ConfigProvider.getConfig().getValue("odd." + name, String.class);
    }

    private ServerState state(String name) {
        return fleet.snapshot().byUrl().get(url(name));
    }

    private String reason(String name) {
        return state(name).health() instanceof Health.Down down
                ? down.reason()
                : state(name).health().word();
    }

    @ParameterizedTest
    @ValueSource(strings = {"chunked", "length", "multipart", "running", "version"})
    void anAnswerWithoutAnEndIsReadToABound(String name) {
        assertThat(reason(name)).isEqualTo(TOO_LONG);
        assertThat(reason("usual")).isEqualTo("up");
    }

    @Test
    void detailsWithoutAnEndAreNotToldAndNobodyIsWorseForIt() {
        assertThatThrownBy(() -> control.show(state("shown").server().url(), "shown:1b"))
                .isInstanceOf(UnreachableException.class)
                .hasMessage(TOO_LONG);
        assertThat(reason("shown")).isEqualTo("up");
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            value = {
                "error, it answered 200 with an error: no  backend",
                "object, it answered 200 with an error: no backend",
                "page, it answered a web page: is that an Ollama server's address?",
                "array, its answer is not the JSON object expected",
                "number, its answer is not the JSON expected",
                "many, it lists more than 10000 models",
                "empty, its answer is empty",
                "null, up",
                "nested, up",
                "name, up",
            })
    void whatIsNoListIsToldInWords(String name, String words) {
        assertThat(reason(name)).isEqualTo(words);
    }

    @Test
    void aNameThatNoModelHasIsNone() {
        assertThat(state("name").models()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api/tags", "/api/ps"})
    void entriesArePassedOnAsTheServerWroteThem(String path) throws IOException {
        String list = get(path).asString();
        assertThat(list).contains(OddServers.ENTRY.substring(0, OddServers.ENTRY.length() - 1));
        assertThat(JSON.readTree(list).path("models").findValuesAsText("to_come")).isNotEmpty();
    }

    @Test
    void whatIsInMemoryHasItsServerBesideWhatTheServerWrote() throws IOException {
        JsonNode entry = JSON.readTree(get("/api/ps").asString()).at("/models/0");
        assertThat(entry.path("server").asText()).isEqualTo(url("kept"));
        assertThat(entry.at("/details/context_length").asInt()).isEqualTo(131_072);
    }

    @Test
    void anAliasHasAllOfItsModelButTheName() throws IOException {
        JsonNode models = JSON.readTree(get("/api/tags").asString()).path("models");
        JsonNode alias = named(models, "alias");
        assertThat(alias.path("model").asText()).isEqualTo("alias");
        assertThat(alias.path("capabilities"))
                .isEqualTo(named(models, "odd:1b").path("capabilities"))
                .isNotEmpty();
    }

    private static JsonNode named(JsonNode models, String name) {
        for (JsonNode model : models) {
            if (model.path("name").asText().equals(name)) {
                return model;
            }
        }
        throw new AssertionError(name + " is not among " + models);
    }

    @Test
    void aServerThatAsksForATokenGetsItWithEveryCallAndNothingElse() {
        assertThat(reason("token")).isEqualTo("up");
        Response answer =
                given().header("Authorization", "Bearer the-clients-own")
                        .contentType("application/json")
                        .body(
                                "{\"model\":\"token:1b\",\"stream\":false,\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}")
                        .post("/api/chat");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(seen("token")).contains("/api/chat Bearer sesame").doesNotContain("own");
        assertThat(seen("usual")).doesNotContain("sesame");
    }

    private static String seen(String name) {
        return get(url(name) + "/seen").asString();
    }

    @Test
    void aTokenStandsNowhere() {
        assertThat(get("/config").asString()).contains("cortex.server.token.bearer");
        for (String path : List.of("/config", "/health", "/q/metrics")) {
            assertThat(get(path).asString()).doesNotContain("sesame");
        }
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            value = {
                "locked, it asks for credentials (401): set cortex.server.<name>.bearer",
                "trusted, up",
                "mutual, up",
                "stranger, its certificate is not trusted: set cortex.server.<name>.ca-file",
                "other, its certificate is for another host name: take that one in its URL",
                "asking, it does not take our certificate or asks for one: set cortex.server.<name>.client-cert and client-key",
            })
    void whoIsWhoIsToldInWords(String name, String words) {
        assertThat(reason(name)).isEqualTo(words);
    }

    @ParameterizedTest
    @ValueSource(strings = {"trusted", "mutual"})
    void requestsTakeTheSameCertificates(String name) {
        assertThat(state(name).models()).containsKey(ModelName.of(name + ":1b"));
        Response answer =
                given().contentType("application/json")
                        .body(
                                "{\"model\":\"%s:1b\",\"stream\":false,\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}"
                                        .formatted(name))
                        .post("/api/chat");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.header("X-Cortex-Server")).isEqualTo(url(name));
    }
}
