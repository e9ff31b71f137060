package dev.aicortex.gateway;

import static dev.aicortex.testing.TestFleet.FIRST_ONLY;
import static dev.aicortex.testing.TestFleet.MODEL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.aicortex.fleet.FleetFixtures;
import dev.aicortex.simulator.Fault;
import dev.aicortex.simulator.SimulatedModel;
import dev.aicortex.simulator.SimulatedServer;
import dev.aicortex.testing.GatewayFlow;
import dev.aicortex.testing.RawClient;
import dev.aicortex.testing.Streamed;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A stream that breaks off is gone on with by another server, for those who ask for it. */
@QuarkusTest
class ResumeTest extends GatewayFlow {
    private static final String OPENAI = "/v1/chat/completions";
    private static final String OLLAMA = "/api/chat";

    @Inject MeterRegistry registry;

    /** So that a request can be told from all others by its bytes. */
    private final String question = "Why is " + UUID.randomUUID() + "?";

    static Stream<Fault> breaks() {
        return Stream.of(
                new Fault.CutReset(5),
                new Fault.CutEof(5),
                new Fault.CutClose(5),
                new Fault.RunnerKilled(5));
    }

    private String chat(String fields) {
        return chat(MODEL, fields);
    }

    private String chat(String model, String fields) {
        return """
        {"model":"%s","stream":true,"max_tokens":50,%s
         "messages":[{"role":"user","content":"Hi."},{"role":"assistant","content":"Yes?"},
                     {"role":"user","content":"%s"}]}\
        """
                .formatted(model, fields, question);
    }

    private static Response ask(String path, String body) {
        return RestAssured.given()
                .contentType("application/json")
                .header("X-Cortex-Resume", "1")
                .body(body)
                .post(path);
    }

    private static Streamed streamed(String path, String body) {
        return streamed(path, body, "X-Cortex-Resume: 1");
    }

    private static Streamed streamedUnasked(String path, String body) {
        return streamed(path, body, "Accept: */*");
    }

    /** Whether it is broken or not. */
    private static Streamed streamed(String path, String body, String header) {
        try (RawClient client = new RawClient(gateway())) {
            RawClient.Answer answer = client.post(path, body, header).answer();
            assertThat(answer.head()).as(answer.body()).startsWith("HTTP/1.1 200");
            return Streamed.of(path, answer.body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The servers that were asked the question. */
    private List<SimulatedServer> asked() {
        return servers.all().stream().filter(server -> timesAsked(server) > 0).toList();
    }

    private long timesAsked(SimulatedServer server) {
        return server.received().stream().filter(got -> got.text().contains(question)).count();
    }

    /** The server that has the prompt in its cache gets it again. */
    private void othersThanTheNext(Fault others, Fault next) {
        streamed(OLLAMA, chat(""));
        SimulatedServer server = asked().getFirst();
        servers.faultEverywhere(others);
        server.fault(next);
    }

    private double counted(String result) {
        return registry.counter("cortex.resumptions", "result", result).count();
    }

    /** What a client gets without any of this: what came, and the error event. */
    private static void assertBroken(Streamed stream) {
        assertThat(stream.errors()).singleElement().asString().contains("connection lost");
        assertThat(stream.ends()).isZero();
        assertThat(stream.text()).isNotBlank();
        assertThat(stream.note()).isNull();
    }

    @Nested
    class GoesOn {
        @Test
        void andTheClientSeesOneAnswer() {
            String body = chat("");
            Streamed whole = streamedUnasked(OLLAMA, body);
            servers.faultNext(new Fault.CutReset(5), 1);
            Streamed resumed = streamed(OLLAMA, body);
            assertThat(resumed.text()).isEqualTo(whole.text()).isNotBlank();
            assertThat(resumed.starts()).isEqualTo(whole.starts());
            assertThat(resumed.ends()).isEqualTo(1);
            assertThat(resumed.errors()).isEmpty();
            assertThat(resumed.ids()).hasSameSizeAs(whole.ids());
            assertThat(resumed.usage()).isEqualTo(whole.usage());
            assertThat(resumed.note()).isEqualTo("{\"resumed\":1}");
            assertThat(asked()).hasSizeGreaterThan(1);
        }

        @ParameterizedTest
        @ValueSource(strings = {OPENAI, OLLAMA, "/v1/messages"})
        void andAnAnswerThatDoesNotBreakIsAsIfNothingHadBeenAsked(String path) {
            Streamed whole = streamedUnasked(path, chat(""));
            Streamed watched = streamed(path, chat(""));
            assertThat(watched.text()).isEqualTo(whole.text());
            assertThat(watched.usage()).isEqualTo(whole.usage());
            assertThat(watched.starts()).isEqualTo(whole.starts());
            assertThat(watched.ends()).isEqualTo(1);
            assertThat(watched.note()).isNull();
        }

        @ParameterizedTest
        @MethodSource("dev.aicortex.gateway.ResumeTest#breaks")
        void howeverItBroke(Fault fault) {
            String whole = streamedUnasked(OLLAMA, chat("")).text();
            servers.faultNext(fault, 1);
            Streamed resumed = streamed(OLLAMA, chat(""));
            assertThat(resumed.text()).isEqualTo(whole);
            assertThat(resumed.errors()).isEmpty();
            assertThat(resumed.ends()).isEqualTo(1);
        }

        @Test
        void fromServerToServer() {
            String whole = streamedUnasked(OLLAMA, chat("")).text();
            servers.faultNext(new Fault.CutEof(4), 2);
            Streamed resumed = streamed(OLLAMA, chat(""));
            assertThat(resumed.text()).isEqualTo(whole);
            assertThat(resumed.note()).isEqualTo("{\"resumed\":2}");
            assertThat(resumed.ends()).isEqualTo(1);
        }

        @Test
        void withWhatTheClientHadBegun() {
            String body =
                    """
                    {"model":"%s","messages":[{"role":"user","content":"%s"},
                     {"role":"assistant","content":"Well, \\"you\\" see: "}]}
                    """
                            .formatted(MODEL, question);
            String whole = streamedUnasked(OLLAMA, body).text();
            servers.faultNext(new Fault.CutEof(5), 1);
            assertThat(streamed(OLLAMA, body).text())
                    .as("the server cannot tell what was whose, so its answer is longer")
                    .startsWith(whole);
        }

        @Test
        void andKeepsToTheLimit() {
            String body = chat("\"options\":{\"num_predict\":9},");
            Streamed whole = streamedUnasked(OLLAMA, body);
            servers.faultNext(new Fault.CutEof(5), 1);
            Response resumed = ask(OLLAMA, body);
            assertThat(Streamed.of(OLLAMA, resumed.asString()).text()).isEqualTo(whole.text());
            assertThat(resumed.asString()).contains("\"done_reason\":\"length\"");
        }

        @Test
        void andTheServerThatBrokeOffGetsAStrike() {
            double before = counted("resumed");
            servers.faultNext(new Fault.CutReset(5), 1);
            streamed(OLLAMA, chat(""));
            await().until(() -> counted("resumed") == before + 1);
            assertThat(fleet.snapshot().states().stream().mapToInt(s -> s.server().strikes()).sum())
                    .isEqualTo(1);
        }

        @Test
        void andATrailerSaysSo() throws IOException {
            servers.faultNext(new Fault.CutEof(5), 1);
            try (RawClient client = new RawClient(gateway())) {
                client.post(OLLAMA, chat(""), "X-Cortex-Resume: 1");
                String answer = client.readUntil("X-Cortex-Resumed: 1\r\n\r\n");
                assertThat(answer).contains("Trailer: X-Cortex-Resumed\r\n").contains("\r\n0\r\n");
            }
        }

        @Test
        void fromTheBeginningWhereNothingWasSaid() {
            servers.faultNext(new Fault.RunnerKilled(0), 1);
            Streamed answer = streamed(OLLAMA, chat(""));
            assertThat(answer.ends()).isEqualTo(1);
            assertThat(answer.errors()).isEmpty();
            assertThat(answer.note()).isNull();
        }

        @Test
        void underTheNameOfAnotherModelOnlyWhereItIsTheSame() {
            servers.first().models(List.of(SimulatedModel.gemma3()));
            servers.all()
                    .get(1)
                    .models(List.of(SimulatedModel.gemma3().withDigest("0".repeat(64))));
            servers.all().get(2).models(List.of(SimulatedModel.gemma3()));
            FleetFixtures.reset(fleet);
            servers.faultNext(new Fault.CutEof(5), 1);
            Streamed answer = streamed(OLLAMA, chat(FIRST_ONLY, ""));
            if (timesAsked(servers.all().get(1)) == 0) {
                assertThat(answer.note()).isEqualTo("{\"resumed\":1}");
            } else {
                assertBroken(answer);
            }
        }
    }

    @Nested
    class EndsInAnErrorEvent {
        @ParameterizedTest
        @ValueSource(strings = {OPENAI, OLLAMA, "/v1/messages"})
        void whenNobodyAskedForMore(String path) {
            servers.faultNext(new Fault.CutEof(5), 1);
            assertBroken(streamedUnasked(path, chat("")));
            assertThat(asked()).hasSize(1);
        }

        @Test
        void whenAllServersBreakOff() {
            double before = counted("interrupted");
            servers.faultEverywhere(new Fault.CutEof(4));
            Streamed stream = streamed(OLLAMA, chat(""));
            assertBroken(stream);
            assertThat(stream.errors().getFirst()).contains("no other server went on");
            assertThat(asked()).hasSize(3);
            await().until(() -> counted("interrupted") == before + 1);
        }

        @Test
        void whenNoOtherServerHasTheModel() {
            servers.faultNext(new Fault.CutEof(5), 1);
            assertBroken(streamed(OLLAMA, chat(FIRST_ONLY, "")));
        }

        @Test
        void whenTheOthersRefuse() {
            othersThanTheNext(new Fault.Status500("invalid option: no"), new Fault.CutEof(5));
            Streamed stream = streamed(OLLAMA, chat(""));
            assertBroken(stream);
            assertThat(stream.errors().getFirst()).contains("invalid option: no");
        }

        @ParameterizedTest
        @CsvSource({"handmade:1b", "qwen3:8b"})
        void whenTheModelDoesNotGoOnWithAnAnswer(String model) {
            everywhere(SimulatedModel.named(model));
            servers.faultNext(new Fault.CutEof(5), 1);
            Streamed stream = streamed(OLLAMA, chat(model, ""));
            assertBroken(stream);
            assertThat(stream.errors().getFirst()).contains(model, "does not go on");
            assertThat(asked()).hasSize(1);
        }

        /** In memory, so that nobody loads it first and meets the fault. */
        private void everywhere(SimulatedModel model) {
            servers.all().forEach(server -> server.models(List.of(model)));
            servers.all()
                    .forEach(server -> post(address(server) + OLLAMA, body(model.name(), false)));
            FleetFixtures.reset(fleet);
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                quoteCharacter = '`',
                value = {
                    "/api/chat|\"logprobs\":true,",
                    "/api/chat|\"format\":{\"type\":\"object\",\"properties\":{\"abcdefghijklmnopqrstuvwxyz\":{\"type\":\"string\"}},\"required\":[\"abcdefghijklmnopqrstuvwxyz\"]},",
                })
        void whenMoreThanTextIsWanted(String path, String fields) {
            servers.faultNext(new Fault.CutEof(3), 1);
            assertBroken(streamed(path, chat(fields)));
            assertThat(asked()).hasSize(1);
        }

        @ParameterizedTest
        @ValueSource(strings = {"/api/generate", "/v1/completions", OPENAI, "/v1/messages"})
        void onRoutesWithoutIt(String path) {
            servers.faultNext(new Fault.CutEof(5), 1);
            String body =
                    "{\"model\":\"%s\",\"stream\":true,\"max_tokens\":50,\"prompt\":\"%s\",\"messages\":[{\"role\":\"user\",\"content\":\"%s\"}]}"
                            .formatted(MODEL, question, question);
            assertThat(broken(path, body, "X-Cortex-Resume: 1")).contains("connection lost");
            assertThat(asked()).hasSize(1);
        }
    }

    @Test
    void aClientThatLeavesIsNotGoneOnFor() throws IOException {
        othersThanTheNext(new Fault.HangBeforeHead(), new Fault.CutEof(5));
        try (RawClient client = new RawClient(gateway())) {
            client.post(OLLAMA, chat(""), "X-Cortex-Resume: 1").readUntil("{\"model\"");
            await().until(() -> workedOn() == 1);
        }
        await().until(() -> workedOn() == 0 && inFlight() == 0);
    }

    @Test
    void aHeaderThatSaysNeitherYesNorNoIsRefused() {
        Response answer =
                RestAssured.given().header("X-Cortex-Resume", "maybe").body(chat("")).post(OLLAMA);
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.jsonPath().getString("error"))
                .contains("X-Cortex-Resume", "maybe", "send 1");
    }

    @Test
    void theHeaderIsForTheGatewayAlone() {
        ask(OLLAMA, chat(""));
        assertThat(asked().getFirst().received().getLast().headers())
                .doesNotContainKey("x-cortex-resume");
    }
}
