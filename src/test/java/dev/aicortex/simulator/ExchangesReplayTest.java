package dev.aicortex.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Holds the simulated server to what a real Ollama answered. */
class ExchangesReplayTest {
    static List<Recording> recordings() throws IOException {
        return Recording.replayed();
    }

    @Test
    void whatIsLeftOutIsAmongTheRecordings() throws IOException {
        assertThat(Recording.all())
                .extracting(Recording::name)
                .containsAll(Recording.LEFT_OUT.keySet());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("recordings")
    void answersAsRecorded(Recording recorded) throws IOException {
        try (SimulatedServer server = prepared(recorded)) {
            RawHttp.Answer answer = recorded.replay(server.url());
            assertThat(answer.status()).as(recorded.name()).isEqualTo(recorded.answer().status());
            assertThat(headers(answer)).as(recorded.name()).isEqualTo(headers(recorded.answer()));
            assertSameBody(recorded, answer);
        }
    }

    private static SimulatedServer prepared(Recording recorded) throws IOException {
        Settings settings =
                Settings.defaults()
                        .withVersion(Recording.version(recorded.generation()))
                        .withTokensPerAnswer(64)
                        .withThoughts(Recording.THOUGHTS)
                        .withModels(recorded.models());
        SimulatedServer server = Chats.server(settings);
        RawHttp.post(server.url(), "/api/generate", "{\"model\": \"gemma3:270m\"}");
        server.fault(recorded.condition());
        return server;
    }

    /** All of them but the date; of a length only that it is there, since the words differ. */
    private static Map<String, List<String>> headers(RawHttp.Answer answer) {
        Map<String, List<String>> headers = new TreeMap<>();
        answer.head()
                .headers()
                .forEach(h ->
                        headers.put(
                                h.getKey().toLowerCase(Locale.ROOT),
                                answer.head().all(h.getKey())));
        headers.computeIfPresent(
                "content-length",
                (name, value) ->
                        answer.status() >= 400 || value.contains("0") ? value : List.of("some"));
        headers.remove("date");
        return headers;
    }

    private static void assertSameBody(Recording recorded, RawHttp.Answer answer) {
        if (recorded.answer().status() >= 400 || !recorded.answer().body().contains("{")) {
            assertThat(withoutRequestId(answer.body()))
                    .as(recorded.name())
                    .isEqualTo(withoutRequestId(recorded.answer().body()));
        } else if (recorded.answer()
                .head()
                .all("Content-Type")
                .getFirst()
                .startsWith("application/json")) {
            assertSameSkeleton(recorded, answer);
        } else if (!recorded.comparesWrites()) {
            assertSameSkeleton(recorded, answer);
        } else {
            assertThat(answer.chunks())
                    .as(recorded.name())
                    .extracting(Skeleton::of)
                    .isEqualTo(skeletons(recorded));
        }
    }

    private static void assertSameSkeleton(Recording recorded, RawHttp.Answer answer) {
        assertThat(recorded.compared(Skeleton.of(answer.body())))
                .as(recorded.name())
                .isEqualTo(recorded.compared(Skeleton.of(recorded.answer().body())));
    }

    private static List<String> skeletons(Recording recorded) {
        return recorded.answer().chunks().stream().map(Skeleton::of).toList();
    }

    private static String withoutRequestId(String body) {
        return body.replaceFirst("req_[0-9a-f]{24}", "req_ID");
    }
}
