package dev.aicortex.gateway.cache;

import static dev.aicortex.testing.TestFleet.MODEL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;

import dev.aicortex.dialect.Endpoint;
import dev.aicortex.fleet.ServerState;
import dev.aicortex.gateway.tracing.RequestTrace;
import dev.aicortex.relay.AnswerPump;
import dev.aicortex.relay.Ending;
import dev.aicortex.relay.Outgoing;
import dev.aicortex.relay.Rewriting;
import dev.aicortex.relay.Sink;
import dev.aicortex.simulator.Fault;
import dev.aicortex.simulator.SimulatedModel;
import dev.aicortex.testing.CachingGateway;
import dev.aicortex.testing.GatewayFlow;
import dev.aicortex.testing.RawClient;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.RestAssured;
import io.restassured.response.Response;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import jakarta.inject.Inject;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers that are kept, and what is not. */
@QuarkusTest
@TestProfile(CachingGateway.class)
@Timeout(120)
class AnswerCacheTest extends GatewayFlow {
    private static final String CHAT = "/v1/chat/completions";
    private static final String RESULT = "X-Cortex-Cache";

    @Inject MeterRegistry registry;
    @Inject AnswerCache cache;
    @Inject Vertx vertx;

    /** Of no other test; deterministic in every dialect. */
    private static String question(String model, boolean stream) {
        return """
        {"model":"%s","max_tokens":6,"temperature":0,"options":{"seed":7,"num_predict":6},"prompt":"%s","input":"%s","messages":[{"role":"user","content":"%s"}],"stream":%b}\
        """
                .formatted(model, MARK, MARK, MARK, stream)
                .replace(MARK, "Why is the sky blue? " + UUID.randomUUID());
    }

    private static final String MARK = "MARK";

    private static String question() {
        return question(MODEL, false);
    }

    private static Response ask(String path, String body, String... headers) {
        var request = RestAssured.given().contentType("application/json").body(body);
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        return request.post(path);
    }

    private static void isA(String result, Response answer) {
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.header(RESULT)).isEqualTo(result);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                CHAT,
                "/v1/completions",
                "/v1/responses",
                "/v1/messages",
                "/api/chat",
                "/api/generate"
            })
    void theSameQuestionIsAnsweredByteForByteWithoutAServer(String path) {
        for (boolean stream : new boolean[] {true, false}) {
            String question = question(MODEL, stream);
            Response first = ask(path, question);
            isA("miss", first);
            long asked = chatsReceived();

            Response second = ask(path, question);
            isA("hit", second);
            assertThat(second.asByteArray()).isEqualTo(first.asByteArray());
            assertThat(second.contentType()).isEqualTo(first.contentType());
            assertThat(second.header("X-Accel-Buffering")).isEqualTo(stream ? "no" : null);
            assertThat(second.header("X-Cortex-Server")).isNull();
            assertThat(chatsReceived()).isEqualTo(asked);
        }
    }

    @Test
    void whoAsksAndHowItIsWrittenMakeNoDifference() {
        String question = question();
        isA("miss", ask(CHAT, question));
        isA("hit", ask(CHAT, question.replaceFirst("\\{", "{ \"user\" : \"somebody\", ")));
    }

    @Test
    void streamsAndDocumentsAreKeptApart() {
        String document = question();
        String stream = document.replace("\"stream\":false", "\"stream\":true");
        isA("miss", ask(CHAT, document));
        Response streamed = ask(CHAT, stream);
        isA("miss", streamed);
        assertThat(streamed.asString()).startsWith("data: ").doesNotContain("\"usage\"");
        Response counted =
                ask(
                        CHAT,
                        stream.replaceFirst(
                                "\\{", "{\"stream_options\":{\"include_usage\":true},"));
        isA("miss", counted);
        assertThat(counted.asString()).contains("\"usage\"");
        isA("hit", ask(CHAT, document));
        isA("hit", ask(CHAT, stream));
    }

    @Test
    void whatMayBeAnsweredOtherwiseIsNotKept() {
        String warm = question().replace("\"temperature\":0", "\"temperature\":0.7");
        isA("bypass", ask(CHAT, warm));
        isA("bypass", ask(CHAT, warm));
        isA("bypass", ask("/api/generate", "{\"model\":\"" + MODEL + "\"}"));
        assertThat(ask("/api/show", "{\"model\":\"" + MODEL + "\"}").header(RESULT)).isNull();
    }

    @Test
    void aClientMayWantAFreshAnswerOrNoneKept() {
        String question = question();
        isA("bypass", ask(CHAT, question, "Cache-Control", "no-store"));
        Response first = ask(CHAT, question);
        isA("miss", first);
        Response fresh = ask(CHAT, question, "Cache-Control", "max-age=0, No-Cache");
        isA("miss", fresh);
        assertThat(fresh.asString()).isNotEqualTo(first.asString());
        Response kept = ask(CHAT, question);
        isA("hit", kept);
        assertThat(kept.asString()).isEqualTo(fresh.asString());
        isA("bypass", ask(CHAT, question, "Cache-Control", "no-store"));
    }

    @Test
    void errorsAndHalfAnswersAreNotKept() {
        String question = question();
        servers.faultEverywhere(new Fault.Status500("failed to parse grammar"));
        Response wrong = ask(CHAT, question);
        assertThat(wrong.statusCode()).isEqualTo(400);
        assertThat(wrong.header(RESULT)).isEqualTo("miss");
        servers.heal();
        isA("miss", ask(CHAT, question));

        String stream = question(MODEL, true);
        servers.faultNext(new Fault.CutEof(3), 1);
        assertThat(broken(CHAT, stream)).contains("connection lost");
        isA("miss", ask(CHAT, stream));
        isA("hit", ask(CHAT, stream));
    }

    @Test
    void anAnswerThatIsTooLongIsNotKept() {
        String text = "{\"choices\":[{\"message\":{\"content\":\"" + "x".repeat(30_000) + "\"}}]}";
        servers.faultEverywhere(new Fault.Says(200, "application/json", text, Fault.Finish.WELL));
        String question = question();
        isA("miss", ask(CHAT, question));
        Response second = ask(CHAT, question);
        isA("miss", second);
        assertThat(second.asString()).isEqualTo(text);
    }

    @Test
    void aModelThatWasPulledAnewAnswersAnew() {
        String question = question();
        isA("miss", ask(CHAT, question));
        SimulatedModel pulled = SimulatedModel.llama32().withDigest("c".repeat(64));
        servers.all().forEach(server -> server.models(List.of(pulled)));
        look();
        isA("miss", ask(CHAT, question));
        isA("hit", ask(CHAT, question));
        servers.heal();
        look();
        isA("hit", ask(CHAT, question));
    }

    private void look() {
        fleet.renew(fleet.snapshot().states().stream().map(ServerState::server).toList())
                .toCompletionStage()
                .toCompletableFuture()
                .join();
    }

    @Test
    void whileTheFleetIsDownKeptAnswersAreThere() {
        String question = question();
        isA("miss", ask(CHAT, question));
        servers.faultEverywhere(new Fault.Refuse());
        look();
        isA("hit", ask(CHAT, question));
        assertThat(ask(CHAT, question()).statusCode()).isEqualTo(503);
    }

    @Test
    void noKeySeesWhatAnotherAsked() {
        String question = question();
        String[] alice = {"Authorization", "Bearer secret-of-alice"};
        String[] bob = {"Authorization", "Bearer secret-of-bob"};
        isA("miss", ask(CHAT, question, alice));
        isA("miss", ask(CHAT, question, bob));
        isA("miss", ask(CHAT, question));
        isA("hit", ask(CHAT, question, alice));
        isA("hit", ask(CHAT, question, bob));
    }

    @Test
    void aKeptAnswerCostsNoTokens() {
        String user = UUID.randomUUID().toString();
        String question = question();
        isA("miss", ask(CHAT, question, "X-Cortex-User", user));
        isA("hit", ask(CHAT, question, "X-Cortex-User", user));
        assertThat(recordsOf(user, 2).getFirst())
                .containsEntry("outcome", "complete")
                .containsEntry("model", MODEL)
                .containsEntry("server", "")
                .containsEntry("attempts", 0)
                .containsEntry("prompt_tokens", 0)
                .containsEntry("completion_tokens", 0);
    }

    @Test
    void theModelIsCalledAsItsClientDoes() {
        String question = question("small", false);
        isA("miss", ask(CHAT, question));
        Response second = ask(CHAT, question);
        isA("hit", second);
        assertThat(second.jsonPath().getString("model")).isEqualTo("small");
        isA("miss", ask(CHAT, question.replace("small", MODEL)));
    }

    @Test
    void ofIdenticalQuestionsAtOnceOneIsAsked() throws Exception {
        String question = question(MODEL, true);
        long before = chatsReceived();
        CompletableFuture<Void> over = silence();
        try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Response>> answers = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                answers.add(clients.submit(() -> ask(CHAT, question)));
            }
            await().until(() -> waiting() == 3);
            over.complete(null);
            List<String> bodies = new ArrayList<>();
            for (Future<Response> answer : answers) {
                bodies.add(answer.get().asString().replace(": waiting for the model\n\n", ""));
            }
            assertThat(bodies).allMatch(bodies.getFirst()::equals);
            assertThat(bodies.getFirst()).endsWith("data: [DONE]\n\n");
        }
        assertThat(chatsReceived()).isEqualTo(before + 1);
        assertThat(waiting()).isZero();
    }

    private CompletableFuture<Void> silence() {
        CompletableFuture<Void> over = new CompletableFuture<>();
        servers.faultEverywhere(Fault.silence(0, over));
        return over;
    }

    private int waiting() {
        return (int) registry.get("cortex.cache.waiting").gauge().value();
    }

    @Test
    void whoWaitsIsShownThatItLives() throws IOException {
        String question = question(MODEL, true);
        CompletableFuture<Void> over = silence();
        try (RawClient first = new RawClient(gateway());
                RawClient second = new RawClient(gateway())) {
            first.post(CHAT, question);
            await().until(() -> workedOn() == 1);
            second.post(CHAT, question);
            await().until(() -> waiting() == 1);
            assertThat(second.readUntil(": waiting for the model")).contains("200 OK");
            over.complete(null);
            assertThat(second.readUntil("data: [DONE]\n\n")).contains("data: {");
        }
    }

    @Test
    void whenTheFirstClientLeavesTheNextOneAsks() throws Exception {
        String question = question();
        long before = chatsReceived();
        CompletableFuture<Void> over = silence();
        try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor();
                RawClient first = new RawClient(gateway())) {
            first.post(CHAT, question);
            await().until(() -> chatsReceived() == before + 1);
            Future<Response> second = clients.submit(() -> ask(CHAT, question));
            await().until(() -> waiting() == 1);
            first.close();
            await().until(() -> chatsReceived() == before + 2);
            over.complete(null);
            isA("miss", second.get());
        }
        isA("hit", ask(CHAT, question));
    }

    @Test
    void nobodyWaitsForAnAnswerOfAnotherContent() {
        Lookup first = lookup();
        Lookup second = lookup();
        assertThat(first.find("one", 1, RequestTrace.NONE).toCompletionStage())
                .succeedsWithin(Duration.ofSeconds(30));
        var found = second.find("one", 1, RequestTrace.NONE);
        await().until(() -> waiting() == 1);

        Outgoing answer = new Outgoing("", Endpoint.CHAT, "m", Rewriting.NONE);
        assertThat(first.sink(NOBODY, answer, "other")).isSameAs(NOBODY);

        assertThat(found.toCompletionStage())
                .succeedsWithin(Duration.ofSeconds(30))
                .isEqualTo(new Found.Nothing());
        first.over(false);
        second.over(false);
    }

    private static final Sink NOBODY =
            new Sink() {
                @Override
                public void begin(AnswerPump pump, HttpClientResponse head) {}

                @Override
                public void write(Buffer bytes) {}

                @Override
                public io.vertx.core.Future<Void> end(Buffer last) {
                    return io.vertx.core.Future.succeededFuture();
                }

                @Override
                public io.vertx.core.Future<Void> breakOff(Ending how, String reason) {
                    return io.vertx.core.Future.succeededFuture();
                }
            };

    private Lookup lookup() {
        Question question = new Question("nobody waits", true);
        return new Lookup(vertx, cache, question, false, false, _ -> {});
    }

    @Test
    void whenTheFirstOneFailsTheOthersAskForThemselves() throws Exception {
        String question = question();
        CompletableFuture<Void> over = new CompletableFuture<>();
        servers.faultNext(Fault.silence(0, over), 1);
        try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Response> first =
                    clients.submit(() -> ask(CHAT, question, "X-Cortex-Deadline", "2s"));
            await().until(() -> workedOn() == 1);
            Future<Response> second = clients.submit(() -> ask(CHAT, question));
            await().until(() -> waiting() == 1);
            assertThat(first.get().statusCode()).isEqualTo(504);
            isA("miss", second.get());
        } finally {
            over.complete(null);
        }
    }

    @Test
    void whoWaitsMayHaveADeadline() throws Exception {
        String question = question();
        CompletableFuture<Void> over = silence();
        try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Response> first = clients.submit(() -> ask(CHAT, question));
            await().until(() -> workedOn() == 1);
            Response late = ask(CHAT, question, "X-Cortex-Deadline", "200ms");
            assertThat(late.statusCode()).isEqualTo(504);
            over.complete(null);
            isA("miss", first.get());
        }
        assertThat(waiting()).isZero();
    }

    @Test
    void resultsAreCounted() {
        String question = question();
        ask(CHAT, question);
        ask(CHAT, question);
        RestAssured.get("/q/metrics")
                .then()
                .body(containsString("cortex_cache_total{result=\"hit\"}"))
                .body(containsString("cortex_cache_entries"))
                .body(containsString("cortex_cache_bytes"));
    }
}
