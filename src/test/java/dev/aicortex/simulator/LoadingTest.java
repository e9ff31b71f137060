package dev.aicortex.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Loaded models, places and the queue. */
class LoadingTest {
    private static final Duration LOAD = Duration.ofMillis(300);

    private final SimulatedServer server =
            Chats.server(Settings.defaults().withLoadTime(LOAD).withParallel(2).withMaxQueue(1));

    @AfterEach
    void closeServer() {
        server.close();
    }

    @Test
    void makesTheFirstRequestWaitForItsModel() throws IOException {
        assertThat(loadDuration()).isGreaterThanOrEqualTo(LOAD);
        assertThat(loadDuration()).isLessThan(LOAD);
    }

    @Test
    void showsAModelOnceItIsLoaded() throws IOException {
        assertThat(loaded()).isEqualTo("{\"models\":[]}");
        RawHttp.post(
                server.url(),
                Chats.NATIVE,
                "{\"model\": \"gemma3:270m\", \"options\": {\"num_ctx\": 512}}");
        assertThat(loaded()).contains("\"gemma3:270m\"").contains("\"context_length\":512");
    }

    @Test
    void loadsTheSameWeightsAnewForAnotherContextLength() throws IOException {
        String create =
                "{\"model\":\"gemma3:%d\",\"from\":\"gemma3:270m\",\"parameters\":{\"num_ctx\":%d},\"stream\":false}";
        RawHttp.post(server.url(), "/api/create", create.formatted(1024, 1024));
        RawHttp.post(server.url(), "/api/create", create.formatted(2048, 2048));
        String chat =
                "{\"model\":\"%s\",\"stream\":false,\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}";
        RawHttp.post(server.url(), "/v1/chat/completions", chat.formatted("gemma3:1024"));
        assertThat(loaded()).contains("\"gemma3:1024\"").contains("\"context_length\":1024");
        RawHttp.post(
                server.url(),
                Chats.NATIVE,
                chat.formatted("gemma3:270m")
                        .replaceFirst("\\{", "{\"options\":{\"num_ctx\":1024},"));
        assertThat(server.counters().loads()).isEqualTo(1);
        assertThat(loaded()).as("the name that loaded it first").contains("\"gemma3:1024\"");
        RawHttp.post(server.url(), "/v1/chat/completions", chat.formatted("gemma3:2048"));
        assertThat(loaded()).contains("\"context_length\":2048");
        RawHttp.post(server.url(), "/v1/chat/completions", chat.formatted("gemma3:270m"));
        assertThat(loaded()).contains("\"context_length\":4096");
        assertThat(server.counters().loads()).isEqualTo(3);
    }

    @Test
    void unloadsAModelThatIsNotKeptAlive() throws IOException {
        RawHttp.post(server.url(), Chats.NATIVE, "{\"model\": \"gemma3:270m\"}");
        RawHttp.post(
                server.url(), Chats.NATIVE, "{\"model\": \"gemma3:270m\", \"keep_alive\": \"0s\"}");
        assertThat(loaded()).isEqualTo("{\"models\":[]}");
    }

    @Test
    void abortsTheLoadOfAClientThatLeaves() throws IOException {
        try (RawHttp http = Chats.open(server, Chats.NATIVE, Chats.whole())) {
            Chats.eventually(() -> server.counters().inFlight() == 1);
            assertThat(http.in().available()).isZero();
        }
        Chats.eventually(() -> server.counters().cancelled() == 1);
        assertThat(loadDuration()).isGreaterThanOrEqualTo(LOAD);
    }

    @Test
    void loadsAnewForTheNextOneWhoWaitedForAnAbortedLoad() throws IOException {
        RawHttp first = Chats.open(server, Chats.NATIVE, Chats.whole());
        Chats.eventually(() -> server.counters().inFlight() == 1);
        try (RawHttp second = Chats.open(server, Chats.NATIVE, Chats.whole())) {
            Chats.eventually(() -> server.counters().inFlight() == 2);
            first.reset();
            assertThat(second.answer("POST").status()).isEqualTo(200);
        }
    }

    @Test
    void queuesWhatItCannotRunAndRefusesWhatItCannotQueueBefore030() throws IOException {
        SimulatedServer older =
                Chats.server(
                        Settings.defaults().withVersion("0.20.0").withParallel(2).withMaxQueue(1));
        try (older) {
            queuesAndRefuses(older);
        }
    }

    private static void queuesAndRefuses(SimulatedServer server) throws IOException {
        server.fault(new Fault.HangMidStream(1), 2);
        RawHttp first = Chats.open(server, Chats.V1, Chats.streamed());
        RawHttp second = Chats.open(server, Chats.V1, Chats.streamed());
        first.head();
        second.head();
        try (RawHttp third = Chats.open(server, Chats.V1, Chats.whole())) {
            Chats.eventually(() -> server.counters().inFlight() == 3);
            assertThat(RawHttp.post(server.url(), Chats.V1, Chats.whole()).status()).isEqualTo(503);
            first.close();
            assertThat(third.answer("POST").status()).isEqualTo(200);
        }
        second.close();
        Chats.eventually(() -> server.counters().inFlight() == 0);
    }

    @Test
    void forgetsAQueuedRequestWhoseClientLeft() throws IOException {
        server.fault(new Fault.HangMidStream(1), 2);
        RawHttp first = Chats.open(server, Chats.V1, Chats.streamed());
        RawHttp second = Chats.open(server, Chats.V1, Chats.streamed());
        second.head();
        first.head();
        Chats.open(server, Chats.V1, Chats.whole()).close();
        Chats.eventually(() -> server.counters().cancelled() == 1);
        first.close();
        second.close();
        Chats.eventually(() -> server.counters().inFlight() == 0);
        assertThat(RawHttp.post(server.url(), Chats.V1, Chats.whole()).status()).isEqualTo(200);
    }

    private String loaded() throws IOException {
        return RawHttp.get(server.url(), "/api/ps").body();
    }

    private Duration loadDuration() throws IOException {
        String body = RawHttp.post(server.url(), Chats.NATIVE, Chats.whole()).body();
        return Duration.ofNanos(new ObjectMapper().readTree(body).get("load_duration").asLong());
    }
}
