package dev.aicortex.gateway.embeddings;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aicortex.fleet.ServerState;
import dev.aicortex.simulator.Fault;
import dev.aicortex.simulator.SimulatedModel;
import dev.aicortex.simulator.SimulatedServer;
import dev.aicortex.testing.CachingGateway;
import dev.aicortex.testing.GatewayFlow;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.RestAssured;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Lists of texts: in parts over the fleet, and none twice. */
@QuarkusTest
@TestProfile(CachingGateway.class)
@Timeout(120)
class EmbeddingListTest extends GatewayFlow {
    private static final String EMBEDDINGS = "/v1/embeddings";
    private static final SimulatedModel NOMIC = SimulatedModel.nomicEmbedText();
    private static final int TOKENS = 5;
    private static final String RESULT = "X-Cortex-Cache";

    @Inject EmbeddingLists lists;

    @BeforeEach
    void allCanEmbed() {
        servers.all().forEach(server -> server.models(List.of(NOMIC)));
        look();
    }

    private void look() {
        fleet.renew(fleet.snapshot().states().stream().map(ServerState::server).toList())
                .toCompletionStage()
                .toCompletableFuture()
                .join();
    }

    /** Of no other test. */
    private static List<String> texts(int number) {
        String mark = UUID.randomUUID().toString();
        return IntStream.range(0, number).mapToObj(i -> "text " + i + " of " + mark).toList();
    }

    private static String body(List<String> texts, String more) {
        return texts.stream()
                .collect(
                        Collectors.joining(
                                "\",\"",
                                "{\"model\":\"nomic-embed-text\"," + more + "\"input\":[\"",
                                "\"]}"));
    }

    private static String body(List<String> texts) {
        return body(texts, "\"dimensions\":8,");
    }

    /** What one server says. */
    private String direct(String path, String body) {
        return post(address(servers.first()) + path, body).asString();
    }

    private static String vectors(String answer) {
        return answer.strip().replaceAll(",\"(total_duration|model\":\"[^\"]*\",\"usage)\".*", "");
    }

    @Test
    void aLongListGoesToSeveralServersAndIsAnsweredInOrder() {
        String body = body(texts(8));
        long before = chatsReceived();
        Response answer = post(EMBEDDINGS, body);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(chatsReceived()).isEqualTo(before + 3);
        assertThat(answer.asString()).isEqualTo(direct(EMBEDDINGS, body));
        assertThat(answer.header("X-Cortex-Attempts")).isEqualTo("3");
        assertThat(answer.header("X-Cortex-Server").split(", ")).hasSizeGreaterThan(1);
        assertThat(answer.header(RESULT)).isEqualTo("miss");
    }

    @Test
    void ollamasOwnRouteToo() {
        String body = body(texts(7));
        String expected = direct("/api/embed", body);
        Response answer = post("/api/embed", body);
        assertThat(vectors(answer.asString())).isEqualTo(vectors(expected));
        assertThat(answer.jsonPath().getLong("prompt_eval_count")).isEqualTo(7 * TOKENS);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"encoding_format\":\"base64\",", "\"dimensions\":5,", ""})
    void optionsGoWithEachPart(String options) {
        String body = body(texts(5), options);
        assertThat(post(EMBEDDINGS, body).asString()).isEqualTo(direct(EMBEDDINGS, body));
    }

    @Test
    void onlyTheTextsThatAreMissingAreAskedFor() {
        List<String> texts = texts(4);
        Response first = post(EMBEDDINGS, body(texts.subList(0, 2)));
        assertThat(first.header(RESULT)).isEqualTo("miss");
        long before = chatsReceived();

        List<String> mixed = List.of(texts.get(1), texts.get(3), texts.get(0), texts.get(2));
        Response answer = post(EMBEDDINGS, body(mixed));
        assertThat(answer.header(RESULT)).isEqualTo("miss");
        assertThat(chatsReceived()).isEqualTo(before + 1);
        assertThat(sent(answer)).contains("[\"" + texts.get(3) + "\",\"" + texts.get(2) + "\"]");
        assertThat(vectors(answer.asString())).isEqualTo(vectors(direct(EMBEDDINGS, body(mixed))));
        assertThat(answer.jsonPath().getInt("usage.prompt_tokens")).isEqualTo(2 * TOKENS);

        long after = chatsReceived();
        Response known = post(EMBEDDINGS, body(texts));
        assertThat(known.header(RESULT)).isEqualTo("hit");
        assertThat(vectors(known.asString())).isEqualTo(vectors(direct(EMBEDDINGS, body(texts))));
        assertThat(chatsReceived()).isEqualTo(after + 1); // the direct one
        assertThat(known.jsonPath().getInt("usage.prompt_tokens")).isZero();
    }

    @Test
    void otherOptionsAreOtherEmbeddings() {
        List<String> texts = texts(2);
        assertThat(post(EMBEDDINGS, body(texts)).header(RESULT)).isEqualTo("miss");
        Response other = post(EMBEDDINGS, body(texts, "\"dimensions\":9,"));
        assertThat(other.header(RESULT)).isEqualTo("miss");
        assertThat(other.jsonPath().getList("data[0].embedding")).hasSize(9);
    }

    @Test
    void aClientMayHaveNothingKept() {
        String body = body(texts(4));
        for (int i = 0; i < 2; i++) {
            long before = chatsReceived();
            Response answer =
                    RestAssured.given()
                            .contentType("application/json")
                            .header("Cache-Control", "no-store")
                            .body(body)
                            .post(EMBEDDINGS);
            assertThat(answer.header(RESULT)).isEqualTo("bypass");
            assertThat(chatsReceived()).isEqualTo(before + 2);
        }
    }

    @Test
    void oneTextIsKeptAsAnAnswer() {
        String body = body(texts(1));
        Response first = post("/api/embed", body);
        Response second = post("/api/embed", body);
        assertThat(first.header(RESULT)).isEqualTo("miss");
        assertThat(second.header(RESULT)).isEqualTo("hit");
        assertThat(second.asString()).isEqualTo(first.asString());
    }

    @Test
    void whatAServerSaysOfOnePartIsTheAnswer() {
        servers.faultNext(
                new Fault.Says(
                        400,
                        "application/json",
                        "{\"error\":\"the input length exceeds the context length\"}",
                        Fault.Finish.WELL),
                1);
        List<String> texts = texts(8);
        Response answer = post("/api/embed", body(texts));
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.jsonPath().getString("error"))
                .isEqualTo("the input length exceeds the context length");
        assertThat(post("/api/embed", body(texts)).statusCode()).isEqualTo(200);
    }

    @Test
    void aPartWhoseServerFailsGoesToAnother() {
        String body = body(texts(8));
        servers.first().fault(new Fault.Status500("llama runner process has terminated"));
        Response answer = post(EMBEDDINGS, body);
        assertThat(answer.statusCode()).isEqualTo(200);
        servers.first().fault(Fault.none());
        assertThat(answer.asString()).isEqualTo(direct(EMBEDDINGS, body));
    }

    @Test
    void aListInPartsIsOneRecord() {
        String user = UUID.randomUUID().toString();
        Response answer =
                RestAssured.given()
                        .contentType("application/json")
                        .header("X-Cortex-User", user)
                        .body(body(texts(8)))
                        .post(EMBEDDINGS);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(recordsOf(user, 1).getFirst())
                .containsEntry("attempts", 3)
                .containsEntry("outcome", "complete")
                .containsEntry("prompt_tokens", 8 * TOKENS);
    }

    @Test
    void whatItsPartsHaveCostIsCountedWhenTheListFails() {
        CompletableFuture<Void> over = new CompletableFuture<>();
        servers.faultNext(Fault.silence(0, over), 1);
        String user = UUID.randomUUID().toString();
        try {
            Response answer =
                    RestAssured.given()
                            .contentType("application/json")
                            .header("X-Cortex-User", user)
                            .header("X-Cortex-Deadline", "2s")
                            .body(body(texts(9)))
                            .post(EMBEDDINGS);
            assertThat(answer.statusCode()).isEqualTo(504);
            assertThat(answer.header("X-Cortex-Attempts")).isEqualTo("3");
        } finally {
            over.complete(null);
        }
        assertThat(recordsOf(user, 1).getFirst())
                .containsEntry("attempts", 3)
                .containsEntry("outcome", "failed")
                .containsEntry("prompt_tokens", 6 * TOKENS)
                .doesNotContainEntry("server", "");
    }

    @Test
    void aListWithoutMemoryForItsAnswerGoesToOneServer() {
        String body = body(texts(2));
        assertThat(post(EMBEDDINGS, body).header(RESULT)).isEqualTo("miss");
        long taken = all();
        try {
            Response relayed = post(EMBEDDINGS, body);
            assertThat(relayed.header(RESULT)).isEqualTo("miss");
            assertThat(relayed.header("X-Cortex-Attempts")).isEqualTo("1");
        } finally {
            lists.answers.release(taken);
        }
        assertThat(post(EMBEDDINGS, body).header(RESULT)).isEqualTo("hit");
    }

    /** Takes all the memory that lists may have. */
    private long all() {
        long taken = 0;
        for (long some = 1L << 40; some > 0; some /= 2) {
            taken += lists.answers.take(some) ? some : 0;
        }
        return taken;
    }

    @Test
    void whenNoServerCanServeAPartThereIsOneError() {
        servers.faultEverywhere(new Fault.Refuse());
        Response answer = post(EMBEDDINGS, body(texts(8)));
        assertThat(answer.statusCode()).isEqualTo(502);
        assertThat(answer.jsonPath().getString("error.message")).contains("nomic-embed-text");
    }

    @Test
    void embeddingsOfTwoContentsAreNotMixed() {
        servers.all().get(2).models(List.of(NOMIC.withDigest("d".repeat(64))));
        look();
        List<String> asked = new ArrayList<>();
        for (SimulatedServer server : servers.all().subList(0, 2)) {
            asked.add(address(server));
        }
        Response answer = post(EMBEDDINGS, body(texts(9)));
        assertThat(asked).contains(answer.header("X-Cortex-Server").split(", "));
    }
}
