package dev.aicortex.gateway.calls;

import static dev.aicortex.testing.TestFleet.MODEL;
import static org.assertj.core.api.Assertions.assertThat;

import dev.aicortex.fleet.Reply;
import dev.aicortex.fleet.Server;
import dev.aicortex.fleet.ServerState;
import dev.aicortex.ollama.OllamaConnections;
import dev.aicortex.simulator.Fault;
import dev.aicortex.testing.GatewayFlow;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** One request to all. */
@QuarkusTest
class AnswersTest extends GatewayFlow {
    private static final Buffer UNLOAD =
            Buffer.buffer("{\"model\":\"%s\",\"keep_alive\":0}".formatted(MODEL));

    @Inject OllamaConnections connections;
    @Inject Vertx vertx;

    private List<Server> all() {
        return fleet.snapshot().states().stream().map(ServerState::server).toList();
    }

    private Answers send(Buffer body, Duration patience) {
        CompletableFuture<Answers> answers = new CompletableFuture<>();
        vertx.runOnContext(_ ->
                Answers.ask(connections, HttpMethod.POST, "/api/generate", body, all(), patience)
                        .onSuccess(answers::complete)
                        .onFailure(answers::completeExceptionally));
        return answers.join();
    }

    @Test
    void everyServerGetsTheSameAndTheFirstGoodAnswerStandsForAll() {
        servers.first().fault(new Fault.Status500("no"));
        Answers answers = send(UNLOAD, Duration.ofSeconds(20));
        assertThat(answers.all()).extracting(Answers.Answer::status).containsExactly(500, 200, 200);
        assertThat(answers.firstGood().orElseThrow().text()).contains("\"done_reason\":\"unload\"");
        assertThat(answers.problems()).isEqualTo(address(servers.first()) + ": no");
        assertThat(servers.all())
                .allSatisfy(server -> assertThat(server.lastPost().body()).isEqualTo(UNLOAD));
    }

    @Test
    void aServerThatHangsOrIsGoneIsNamed() {
        servers.first().fault(new Fault.HangBeforeHead());
        servers.all().get(1).fault(new Fault.Refuse());
        Answers answers = send(UNLOAD, Duration.ofSeconds(1));
        assertThat(answers.problems())
                .isEqualTo(
                        "%s: no answer in time; %s: connection refused"
                                .formatted(
                                        address(servers.first()), address(servers.all().get(1))));
        assertThat(answers.firstGood()).isPresent();
    }

    @Test
    void aKeptConnectionThatHasDiedCostsASecondTryOnly() {
        assertThat(send(UNLOAD, Duration.ofSeconds(20)).every(200)).isTrue();
        servers.all()
                .forEach(server -> {
                    server.stop();
                    server.restart();
                });
        assertThat(send(UNLOAD, Duration.ofSeconds(20)).every(200)).isTrue();
    }

    @Test
    void aServersWordsAreCut() {
        String words = "{\"error\":\"%s\"}".formatted("a".repeat(10_000));
        Reply reply = new Reply(500, "application/json", Buffer.buffer(words));
        assertThat(new Answers.Answer(all().getFirst(), Optional.of(reply), "").problem())
                .endsWith("aaa…")
                .hasSizeLessThan(2_000);
    }

    @Test
    void whenNoneIsGoodTheFirstThatCameIsTheBest() {
        Server server = all().getFirst();
        Reply missing = new Reply(404, "application/json", Buffer.buffer("{\"error\":\"x\"}"));
        Answers answers =
                new Answers(
                        List.of(
                                new Answers.Answer(server, Optional.empty(), "connection refused"),
                                new Answers.Answer(server, Optional.of(missing), "")));
        assertThat(answers.firstGood()).isEmpty();
        assertThat(answers.best()).contains(missing);
        assertThat(answers.every(404)).isFalse();
        assertThat(new Answers(List.of()).every(404)).isFalse();
        assertThat(new Answers(List.of()).best()).isEmpty();
    }
}
