package dev.aicortex.simulator;

import dev.aicortex.testing.Program;
import io.restassured.RestAssured;
import java.io.IOException;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Holds the packaged program, in front of one server, to what real Ollamas of both generations
 * answered.
 */
class RecordedExchangesIT {
    private static final Pattern CODE = Pattern.compile(",\"code\":(null|\"[a-z_]+\")");
    private static final Pattern REQUEST_ID = Pattern.compile("\"request_id\":\"\\w+\"");

    /** The program in front of a server of one generation. */
    private record Setup(SimulatedServer server, Program program) {
        static Setup of(Generation generation) throws IOException {
            // at a pace: what breaks off has said something by then
            SimulatedServer server =
                    Chats.server(
                            Settings.defaults()
                                    .withVersion(Recording.version(generation))
                                    .withTokensPerSecond(100)
                                    .withTokensPerAnswer(64)
                                    .withThoughts(Recording.THOUGHTS));
            Map<String, String> environment =
                    Map.of(
                            "CORTEX_SERVERS", server.url().toString(),
                            "CORTEX_MANAGE", "true",
                            "CORTEX_PULL_REGISTRIES", "registry.ollama.ai,localhost:9",
                            "CORTEX_PULL_INSECURE", "true",
                            "CORTEX_HEALTH_TTL", "100ms",
                            "CORTEX_BREAKER_WINDOW", "1000");
            return new Setup(server, Program.start(environment, "--port", "0"));
        }
    }

    private static final Map<Generation, Setup> SETUPS = new EnumMap<>(Generation.class);

    @BeforeAll
    static void start() throws IOException {
        for (Generation generation : Generation.values()) {
            SETUPS.put(generation, Setup.of(generation));
        }
    }

    @AfterAll
    static void stop() throws InterruptedException {
        for (Setup setup : SETUPS.values()) {
            setup.program().close();
            setup.server().close();
        }
    }

    static List<Recording> recordings() throws IOException {
        return Recording.replayed();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("recordings")
    void answersAsRecordedButForWhatIsMeant(Recording recorded) throws IOException {
        Setup setup = SETUPS.get(recorded.generation());
        prepare(setup, recorded);
        MeantDifference meant = MeantDifference.of(recorded);
        RawHttp.Answer answer = recorded.replay(setup.program().url());
        RawHttp.Answer model = recorded.answer();
        String server = setup.server().url().toString();
        SoftAssertions.assertSoftly(softly -> {
            softly.assertThat(answer.status())
                    .as(meant.reason())
                    .isEqualTo(meant.status() == 0 ? model.status() : meant.status());
            for (String header : List.of(MeantDifference.TYPE, MeantDifference.FRAMING)) {
                if (!meant.headers().contains(header)) {
                    softly.assertThat(header(answer, header)).isEqualTo(header(model, header));
                }
            }
            softly.assertThat(recorded.compared(compared(answer).replace(server, "SERVER")))
                    .as(meant.reason())
                    .isEqualTo(meant.body().apply(recorded.compared(compared(model))));
            softly.assertThat(
                            answer.status() < 400
                                    || !isJson(answer)
                                    || answer.body().contains("\"code\":\""))
                    .as("an error has a code: %s", answer.body())
                    .isTrue();
        });
    }

    /** The server as it was at the time of the recording, and known to the gateway as it is. */
    private static void prepare(Setup setup, Recording recorded) throws IOException {
        SimulatedServer server = setup.server();
        server.fault(Fault.none());
        List<SimulatedModel> models = recorded.models();
        server.models(models);
        RawHttp.post(server.url(), "/api/generate", "{\"model\": \"gemma3:270m\"}");
        Set<String> names = models.stream().map(SimulatedModel::name).collect(Collectors.toSet());
        Chats.eventually(() -> known(setup.program()).equals(names));
        Chats.eventually(() -> !list(setup.program(), "/api/ps").isEmpty());
        server.fault(recorded.condition());
    }

    private static Set<String> known(Program program) {
        return Set.copyOf(list(program, "/api/tags"));
    }

    private static List<String> list(Program program, String path) {
        return RestAssured.get(program.url() + path).jsonPath().getList("models.name");
    }

    /** A type without its charset: all are UTF-8, and of the recorded ones some say so. */
    private static List<String> header(RawHttp.Answer answer, String name) {
        return answer.head().all(name).stream()
                .map(value -> value.replaceFirst(";.*", ""))
                .toList();
    }

    private static boolean isJson(RawHttp.Answer answer) {
        return answer.body().startsWith("{");
    }

    private static String compared(RawHttp.Answer answer) {
        boolean made = answer.status() < 400 && answer.body().contains("{");
        String body = made ? Skeleton.of(answer.body()) : answer.body();
        String told = CODE.matcher(body).replaceAll("");
        return REQUEST_ID.matcher(told).replaceAll("\"request_id\":ID").stripTrailing();
    }
}
