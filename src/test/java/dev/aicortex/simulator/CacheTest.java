package dev.aicortex.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.aicortex.simulator.Settings.CacheRule;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The prompt caches before 0.30, as the answers tell of what was evaluated. */
class CacheTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final double TOKENS_PER_SECOND = 10_000;

    /** Prompts of twenty words that have none in common. */
    private static final String A = "apple ".repeat(20).strip();

    private static final String B = "berry ".repeat(20).strip();
    private static final String C = "cherry ".repeat(20).strip();

    private final List<SimulatedServer> servers = new ArrayList<>();

    @AfterEach
    void closeServers() {
        servers.forEach(SimulatedServer::close);
    }

    @Test
    void evaluatesOnlyTheLastTokenOfTheSamePromptAgain() throws IOException {
        SimulatedServer server = server(CacheRule.LONGEST_PREFIX);
        assertThat(evaluated(server, A)).isEqualTo(20);
        assertThat(evaluated(server, A)).isEqualTo(1);
    }

    @Test
    void evaluatesWhatIsNewInAConversation() throws IOException {
        SimulatedServer server = server(CacheRule.LONGEST_PREFIX);
        JsonNode answer = chat(server, "gemma3:270m", user(A));
        String soFar = user(A) + "," + message("assistant", answer.at("/message/content").asText());
        assertThat(evaluated(chat(server, "gemma3:270m", soFar + "," + user("and two more"))))
                .isEqualTo(3);
    }

    @Test
    void keepsOnePromptByDefaultWhenRequestsComeOneByOne() throws IOException {
        SimulatedServer server = server(CacheRule.LONGEST_PREFIX);
        assertThat(List.of(evaluated(server, A), evaluated(server, B), evaluated(server, A)))
                .containsExactly(20L, 20L, 20L);
    }

    @Test
    void keepsByDefaultWhatRanAtTheSameTime() throws IOException {
        SimulatedServer server = server(CacheRule.LONGEST_PREFIX);
        atOnce(server, A, B);
        assertThat(evaluated(server, B)).isEqualTo(1);
        assertThat(evaluated(server, A)).isEqualTo(1);
        evaluated(server, C);
        assertThat(evaluated(server, B)).as("C took the first place").isEqualTo(1);
        assertThat(evaluated(server, A)).isEqualTo(20);
    }

    @Test
    void keepsOnePromptForEachPlaceInMultiuserMode() throws IOException {
        SimulatedServer server = server(CacheRule.MULTIUSER);
        assertThat(List.of(evaluated(server, A), evaluated(server, B))).containsExactly(20L, 20L);
        assertThat(List.of(evaluated(server, A), evaluated(server, B))).containsExactly(1L, 1L);
        evaluated(server, C);
        assertThat(evaluated(server, B)).as("C pushed out the older one").isEqualTo(1);
        assertThat(evaluated(server, A)).isEqualTo(20);
    }

    @Test
    void sharesABeginningInMultiuserModeOnly() throws IOException {
        SimulatedServer shared = server(CacheRule.MULTIUSER);
        evaluated(shared, A + " one");
        assertThat(evaluated(shared, A + " other")).isEqualTo(1);
        assertThat(evaluated(shared, A + " one")).as("kept beside the other").isEqualTo(1);
    }

    @Test
    void keepsNothingOfAModelThatWasUnloaded() throws IOException {
        SimulatedServer server = server(CacheRule.LONGEST_PREFIX);
        evaluated(server, A);
        RawHttp.post(server.url(), Chats.NATIVE, "{\"model\":\"gemma3:270m\",\"keep_alive\":0}");
        assertThat(evaluated(server, A)).isEqualTo(20);
        assertThat(server.counters().loads()).isEqualTo(2);
    }

    @Test
    void keepsThePromptsOfEachModelApart() throws IOException {
        SimulatedServer server = server(CacheRule.LONGEST_PREFIX);
        chat(server, "gemma3:270m", user(A));
        assertThat(evaluated(chat(server, "qwen3:8b", user(A)))).isEqualTo(20);
        assertThat(evaluated(chat(server, "gemma3:270m", user(A)))).isEqualTo(1);
    }

    @Test
    void pushesOutTheLeastRecentlyUsedModelWithItsCaches() throws IOException {
        SimulatedServer server = server(CacheRule.LONGEST_PREFIX, 2);
        chat(server, "gemma3:270m", user(A));
        chat(server, "qwen3:8b", user(A));
        chat(server, "gemma3:270m", user(A));
        chat(server, "llama3.2:3b", user(A));
        assertThat(RawHttp.get(server.url(), "/api/ps").body())
                .contains("gemma3:270m", "llama3.2:3b")
                .doesNotContain("qwen3:8b");
        assertThat(evaluated(chat(server, "gemma3:270m", user(A)))).isEqualTo(1);
        assertThat(evaluated(chat(server, "qwen3:8b", user(A)))).isEqualTo(20);
        assertThat(server.counters().loads()).isEqualTo(4);
    }

    @Test
    void letsAModelWaitForRoomUntilAnotherIsIdle() throws IOException {
        SimulatedServer server = server(CacheRule.LONGEST_PREFIX, 1);
        server.fault(new Fault.HangMidStream(1), 1);
        RawHttp hanging = Chats.open(server, Chats.V1, Chats.streamed());
        hanging.head();
        try (RawHttp waiting = Chats.open(server, Chats.NATIVE, body("qwen3:8b", user(A), false))) {
            Chats.eventually(() -> server.counters().inFlight() == 2);
            assertThat(server.counters().loads()).isEqualTo(1);
            hanging.close();
            assertThat(waiting.answer("POST").status()).isEqualTo(200);
        }
        assertThat(server.counters().loads()).isEqualTo(2);
    }

    private SimulatedServer server(CacheRule rule) {
        return server(rule, 0);
    }

    private SimulatedServer server(CacheRule rule, int memory) {
        SimulatedServer server =
                Chats.server(
                        Settings.defaults()
                                .withVersion("0.20.0")
                                .withModels(
                                        List.of(
                                                SimulatedModel.gemma3(),
                                                SimulatedModel.qwen3(),
                                                SimulatedModel.llama32()))
                                .withParallel(2)
                                .withPrefill(TOKENS_PER_SECOND)
                                .withCaches(rule)
                                .withMemory(memory));
        servers.add(server);
        return server;
    }

    /** Two streams that both have a place before the first of them ends. */
    private static void atOnce(SimulatedServer server, String one, String other)
            throws IOException {
        server.fault(new Fault.HangMidStream(1), 2);
        try (RawHttp first =
                Chats.open(server, Chats.NATIVE, body("gemma3:270m", user(one), true))) {
            first.head();
            try (RawHttp second =
                    Chats.open(server, Chats.NATIVE, body("gemma3:270m", user(other), true))) {
                second.head();
            }
        }
        Chats.eventually(() -> server.counters().inFlight() == 0);
    }

    private static long evaluated(SimulatedServer server, String prompt) throws IOException {
        return evaluated(chat(server, "gemma3:270m", user(prompt)));
    }

    /** How many tokens were evaluated, from the duration that the answer tells. */
    private static long evaluated(JsonNode answer) {
        return Math.round(answer.get("prompt_eval_duration").asLong() * TOKENS_PER_SECOND / 1e9);
    }

    private static JsonNode chat(SimulatedServer server, String model, String messages)
            throws IOException {
        return JSON.readTree(
                RawHttp.post(server.url(), Chats.NATIVE, body(model, messages, false)).body());
    }

    private static String user(String text) throws IOException {
        return message("user", text);
    }

    private static String message(String role, String text) throws IOException {
        return "{\"role\":\"%s\",\"content\":%s}".formatted(role, JSON.writeValueAsString(text));
    }

    private static String body(String model, String messages, boolean stream) {
        return "{\"model\":\"%s\",\"stream\":%s,\"messages\":[%s]}"
                .formatted(model, stream, messages);
    }
}
