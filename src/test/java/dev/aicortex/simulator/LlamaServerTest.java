package dev.aicortex.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.aicortex.simulator.SimulatedServer.Counters;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What servers do since 0.30 that no recorded exchange shows. */
class LlamaServerTest {
    private static final Duration NEVER = Duration.ofHours(1);
    private static final Settings SETTINGS =
            Settings.defaults()
                    .withModels(List.of(SimulatedModel.gemma3(), SimulatedModel.llama32()));

    private final List<AutoCloseable> open = new ArrayList<>();

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable one : open.reversed()) {
            one.close();
        }
    }

    @Test
    void requestsOnALoadedModelWaitInALineWithoutEnd() throws IOException {
        SimulatedServer server = server(SETTINGS.withParallel(1).withMaxQueue(0));
        server.fault(new Fault.HangMidStream(1), 1);
        RawHttp first = chat(server, "gemma3:270m");
        first.head();
        List<RawHttp> waiting = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            waiting.add(chat(server, "gemma3:270m"));
        }
        Chats.eventually(() -> server.counters().inFlight() == 6);
        assertThat(waiting).allMatch(LlamaServerTest::isSilent);
        first.close();
        for (RawHttp http : waiting) {
            assertThat(http.answer("POST").status()).isEqualTo(200);
        }
    }

    @Test
    void eachModelHasPlacesOfItsOwn() throws IOException {
        SimulatedServer server = server(SETTINGS.withParallel(1));
        server.fault(new Fault.HangMidStream(1), 1);
        chat(server, "gemma3:270m").head();
        assertThat(chat(server, "llama3.2:3b").answer("POST").status()).isEqualTo(200);
    }

    @Test
    void someKindsOfModelsHaveOnePlaceWhateverIsSet() throws IOException {
        SimulatedModel hybrid = SimulatedModel.named("qwen35:9b");
        SimulatedServer server = server(SETTINGS.withModels(List.of(hybrid)).withParallel(4));
        server.fault(new Fault.HangMidStream(1), 1);
        RawHttp first = chat(server, "qwen35:9b");
        first.head();
        RawHttp second = chat(server, "qwen35:9b");
        Chats.eventually(() -> server.counters().inFlight() == 2);
        assertThat(isSilent(second)).isTrue();
        first.close();
        assertThat(second.answer("POST").status()).isEqualTo(200);
    }

    @Test
    void isBusyOnlyWhereAModelIsNotLoaded() throws IOException {
        SimulatedServer server = server(SETTINGS.withMaxQueue(1).withLoadTime(NEVER));
        RawHttp loading = chat(server, "gemma3:270m");
        Chats.eventually(() -> server.counters().inFlight() == 1);
        RawHttp waiting = chat(server, "gemma3:270m");
        Chats.eventually(() -> server.counters().inFlight() == 2);
        for (String model : List.of("gemma3:270m", "llama3.2:3b")) {
            assertThat(chat(server, model).answer("POST").status()).isEqualTo(503);
        }
        assertThat(List.of(loading, waiting)).allMatch(LlamaServerTest::isSilent);
        assertThat(loaded(server)).as("a model on its way").isEmpty();
    }

    @Test
    void loadsOneModelAtATime() throws IOException {
        SimulatedServer server = server(SETTINGS.withLoadTime(NEVER));
        RawHttp first = chat(server, "gemma3:270m");
        Chats.eventually(() -> server.counters().inFlight() == 1);
        RawHttp second = chat(server, "llama3.2:3b");
        Chats.eventually(() -> server.counters().inFlight() == 2);
        first.close();
        Chats.eventually(() -> server.counters().cancelled() == 1);
        assertThat(isSilent(second)).isTrue();
        assertThat(server.counters().loads()).isZero();
    }

    @Test
    void tagsOfTheSameWeightsAreOneEntryUnderTheFirstName() throws IOException {
        SimulatedServer server = server(SETTINGS);
        RawHttp.post(
                server.url(),
                "/api/create",
                "{\"model\":\"tuned\",\"from\":\"gemma3:270m\",\"system\":\"Be brief.\"}");
        chat(server, "gemma3:270m").answer("POST");
        chat(server, "tuned").answer("POST");
        assertThat(loaded(server)).containsExactly("gemma3:270m");
        assertThat(server.counters().loads()).isEqualTo(1);
        RawHttp.post(server.url(), Chats.NATIVE, "{\"model\":\"tuned\",\"keep_alive\":0}");
        assertThat(loaded(server)).isEmpty();
    }

    @Test
    void shiftIsFixedWhenAModelIsLoaded() throws IOException {
        SimulatedServer server = server(SETTINGS);
        RawHttp.post(server.url(), Chats.NATIVE, Chats.whole());
        String rigid = Chats.whole().replaceFirst("\\{", "{\"shift\":false,");
        RawHttp.post(server.url(), Chats.NATIVE, rigid);
        RawHttp.post(server.url(), Chats.NATIVE, rigid);
        assertThat(server.counters().loads()).isEqualTo(2);
        RawHttp.post(server.url(), Chats.V1, Chats.whole());
        assertThat(server.counters().loads()).isEqualTo(3);
    }

    @Test
    void aModelInMemoryIsReadyInLessThanAMillisecondAndDurationsAreWholeMicroseconds()
            throws IOException {
        SimulatedServer server = server(SETTINGS);
        RawHttp.post(server.url(), Chats.NATIVE, Chats.whole());
        JsonNode answer = json(RawHttp.post(server.url(), Chats.NATIVE, Chats.whole()));
        assertThat(answer.path("load_duration").asLong()).isBetween(600_000L, 1_000_000L);
        assertThat(answer.path("prompt_eval_duration").asLong() % 1_000).isZero();
        assertThat(answer.path("eval_duration").asLong() % 1_000).isZero();
        assertThat(answer.path("prompt_eval_duration").asLong()).isPositive();
    }

    @ParameterizedTest
    @CsvSource({
        "0.33.0, /api/status, 200",
        "0.20.0, /api/status, 200",
        "0.33.0, /api/experimental/model-recommendations, 200",
        "0.20.0, /api/experimental/model-recommendations, 404"
    })
    void hasTheRoutesOfItsVersion(String version, String path, int status) throws IOException {
        SimulatedServer server = server(SETTINGS.withVersion(version));
        assertThat(RawHttp.get(server.url(), path).status()).isEqualTo(status);
    }

    @Test
    void countsWhatOfThePromptsWasEvaluated() throws IOException {
        SimulatedServer server = server(SETTINGS);
        String asked = "one two three four five six seven eight nine ten";
        for (String path : List.of(Chats.NATIVE, Chats.V1, Chats.MESSAGES)) {
            String body = Chats.asked(false, asked).replace("gemma3:270m", "llama3.2:3b");
            RawHttp.post(server.url(), path, body);
        }
        Counters counters = server.counters();
        assertThat(counters.promptTokens()).isEqualTo(30);
        assertThat(counters.evaluatedTokens()).as("all, then the last").isEqualTo(12);
    }

    @Test
    void aLabelThatChangesInFrontOfTheSystemPromptCostsAllOfIt() throws IOException {
        SimulatedServer server = server(SETTINGS);
        String body =
                "{\"model\":\"llama3.2:3b\",\"max_tokens\":9,\"system\":[{\"type\":\"text\",\"text\":\"%s\"},{\"type\":\"text\",\"text\":\"%s\"}],"
                        + "\"tools\":[{\"name\":\"ls\",\"description\":\"lists a folder\",\"input_schema\":{}}],"
                        + "\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"hello\"}]}]}";
        String system = "word ".repeat(90);
        RawHttp.post(server.url(), Chats.MESSAGES, body.formatted("label-1", system));
        long first = server.counters().evaluatedTokens();
        RawHttp.post(server.url(), Chats.MESSAGES, body.formatted("label-1", system));
        assertThat(server.counters().evaluatedTokens()).isEqualTo(first + 1);
        RawHttp.post(server.url(), Chats.MESSAGES, body.formatted("label-2", system));
        assertThat(server.counters().evaluatedTokens()).isEqualTo(first + 1 + first);
        assertThat(first).as("tools as well").isGreaterThan(92);
    }

    @Test
    void aChatThatOutgrowsItsContextLosesItsOldestMessagesAndTheCache() throws IOException {
        SimulatedServer server = server(SETTINGS.withContextLength(100));
        String turn = "{\"role\":\"user\",\"content\":\"%s\"},";
        String first = turn.formatted("first ".repeat(60).strip());
        String second = turn.formatted("second ".repeat(30).strip());
        String last = "{\"role\":\"user\",\"content\":\"last\"}";
        assertThat(promptTokens(server, first + last)).isEqualTo(5 + 2 * 4 + 61);
        assertThat(promptTokens(server, first + second + last)).isEqualTo(5 + 2 * 4 + 31);
        assertThat(server.counters().evaluatedTokens()).isEqualTo(61 + 31);
        String system = "{\"role\":\"system\",\"content\":\"brief\"},";
        assertThat(promptTokens(server, system + first + second + last))
                .as("with its system prompt")
                .isEqualTo(5 + 3 * 4 + 32);
    }

    private static int promptTokens(SimulatedServer server, String messages) throws IOException {
        String body = "{\"model\":\"gemma3:270m\",\"stream\":false,\"messages\":[%s]}";
        return json(RawHttp.post(server.url(), Chats.NATIVE, body.formatted(messages)))
                .path("prompt_eval_count")
                .asInt();
    }

    private SimulatedServer server(Settings settings) {
        SimulatedServer server = Chats.server(settings);
        open.add(server);
        return server;
    }

    private RawHttp chat(SimulatedServer server, String model) throws IOException {
        String body = Chats.streamed().replace("gemma3:270m", model);
        RawHttp http = Chats.open(server, Chats.NATIVE, body);
        open.add(http);
        return http;
    }

    private static boolean isSilent(RawHttp http) {
        try {
            return http.in().available() == 0;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static List<String> loaded(SimulatedServer server) throws IOException {
        return json(RawHttp.get(server.url(), "/api/ps")).findValuesAsText("name");
    }

    private static JsonNode json(RawHttp.Answer answer) throws IOException {
        return new ObjectMapper().readTree(answer.body());
    }
}
