package dev.aicortex.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aicortex.testing.Program;
import io.restassured.RestAssured;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Holds the packaged program, in front of one server, to what a real Ollama answered. */
class RecordedExchangesIT {
    private static final Pattern CODE = Pattern.compile(",\"code\":(null|\"[a-z_]+\")");
    private static final Pattern REQUEST_ID = Pattern.compile("\"request_id\":\"\\w+\"");

    private static SimulatedServer server;
    private static Program program;

    @BeforeAll
    static void start() throws IOException {
        // at a pace: what breaks off has said something by then
        server =
                Chats.server(
                        Settings.defaults()
                                .withVersion("0.0.0")
                                .withTokensPerSecond(100)
                                .withTokensPerAnswer(64));
        Map<String, String> environment =
                Map.of(
                        "CORTEX_SERVERS", server.url().toString(),
                        "CORTEX_MANAGE", "true",
                        "CORTEX_HEALTH_TTL", "100ms",
                        "CORTEX_BREAKER_WINDOW", "1000");
        program = Program.start(environment, "--port", "0");
    }

    @AfterAll
    static void stop() throws InterruptedException {
        program.close();
        server.close();
    }

    static List<Recording> recordings() throws IOException {
        return Recording.all();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("recordings")
    void answersAsRecordedButForWhatIsMeant(Recording recorded) throws IOException {
        prepare(recorded);
        MeantDifference meant = MeantDifference.of(recorded);
        RawHttp.Answer answer = recorded.replay(program.url());
        RawHttp.Answer model = recorded.answer();
        assertThat(answer.status())
                .as(meant.reason())
                .isEqualTo(meant.status() == 0 ? model.status() : meant.status());
        assertThat(type(answer)).isEqualTo(type(model));
        assertThat(answer.head().all("Transfer-Encoding"))
                .isEqualTo(model.head().all("Transfer-Encoding"));
        assertThat(compared(answer))
                .as(meant.reason())
                .isEqualTo(meant.body().apply(compared(model)));
        assertThat(
                        answer.status() < 400
                                || !isJson(answer)
                                || answer.body().contains("\"code\":\""))
                .as("an error has a code: %s", answer.body())
                .isTrue();
    }

    /** The server as it was at the time of the recording, and known to the gateway as it is. */
    private static void prepare(Recording recorded) throws IOException {
        server.fault(Fault.none());
        List<SimulatedModel> models = ExchangesReplayTest.models(recorded);
        server.models(models);
        RawHttp.post(server.url(), "/api/generate", "{\"model\": \"gemma3:270m\"}");
        Set<String> names = models.stream().map(SimulatedModel::name).collect(Collectors.toSet());
        Chats.eventually(() -> known().equals(names));
        server.fault(ExchangesReplayTest.CONDITIONS.getOrDefault(recorded.name(), Fault.none()));
    }

    private static Set<String> known() {
        return Set.copyOf(
                RestAssured.get(program.url() + "/api/tags").jsonPath().getList("models.name"));
    }

    /** Without its charset: all are UTF-8, and of the recorded ones some say so. */
    private static List<String> type(RawHttp.Answer answer) {
        return answer.head().all("Content-Type").stream()
                .map(type -> type.replaceFirst(";.*", ""))
                .toList();
    }

    private static boolean isJson(RawHttp.Answer answer) {
        return answer.body().startsWith("{");
    }

    private static String compared(RawHttp.Answer answer) {
        boolean made = answer.status() < 400 && answer.body().contains("{");
        String body = made ? Skeleton.of(answer.body()) : answer.body();
        String told = CODE.matcher(body).replaceAll("");
        return REQUEST_ID
                .matcher(told.replace(server.url().toString(), "SERVER"))
                .replaceAll("\"request_id\":ID")
                .stripTrailing();
    }
}
