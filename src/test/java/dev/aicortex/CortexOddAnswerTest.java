package dev.aicortex;

import static dev.aicortex.testing.TestFleet.MODEL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.aicortex.api.ChatRequest;
import dev.aicortex.api.StreamEvent;
import dev.aicortex.catalogue.CatalogueStore;
import dev.aicortex.fleet.Server;
import dev.aicortex.model.ServerException;
import dev.aicortex.model.ServerUrl;
import dev.aicortex.model.ValidationException;
import dev.aicortex.testing.GatewayFlow;
import dev.aicortex.testing.RawServer;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Answers that Ollama may give and the simulated fleet does not, from a server of the volume. */
@QuarkusTest
class CortexOddAnswerTest extends GatewayFlow {
    private static final String PART =
            "{\"model\":\"m\",\"message\":{\"role\":\"assistant\",\"content\":\"Because\"},\"done\":false}\n";
    private static final String LAST =
            "{\"model\":\"m\",\"message\":{\"role\":\"assistant\",\"content\":\".\"},\"done\":true}";
    private static final Duration SOON = Duration.ofSeconds(10);

    @Inject Cortex cortex;
    @Inject CatalogueStore store;
    @Inject MeterRegistry metrics;
    @TempDir private Path volume;

    @AfterEach
    void backToTheVolumeOfAllTests() {
        store.open(Path.of("target/test-catalogue"));
    }

    private ChatRequest question(RawServer server) throws IOException {
        Files.writeString(
                volume.resolve("llama.json"),
                """
                {"family":"llama","models":[{"name":"%s","family":"llama","servers":[
                {"url":"%s","status":"up","last_seen":"2026-11-20"}]}]}\
                """
                        .formatted(MODEL, server.url()));
        store.open(volume);
        return ChatRequest.builder(MODEL).user("Why?").server(server.url()).build();
    }

    private int strikes(RawServer server) {
        return fleet.outside(ServerUrl.of(server.url())).server().strikes();
    }

    @Test
    void theLastLineMayLackItsLineFeed() throws IOException {
        try (RawServer server = new RawServer(PART + LAST)) {
            ChatRequest question = question(server);
            assertThat(cortex.chatAsync(question).await().atMost(SOON).text())
                    .isEqualTo("Because.");
            List<StreamEvent> events =
                    cortex.streamAsync(question).collect().asList().await().atMost(SOON);
            assertThat(events.getLast()).isInstanceOf(StreamEvent.End.class);
        }
    }

    /** As Ollama sends it: the last line, and the end in a read of its own. */
    @Test
    void anAnswerIsWholeThoughItsEndComesLater() throws IOException {
        CompletableFuture<Void> goOn = new CompletableFuture<>();
        try (RawServer server = new RawServer(PART + LAST + "\n", "\n", goOn)) {
            ChatRequest question = question(server);
            Server asked = fleet.outside(ServerUrl.of(server.url())).server();
            assertThat(cortex.chatAsync(question).await().atMost(SOON).text())
                    .isEqualTo("Because.");
            assertThat(asked.inFlight()).isEqualTo(1);
            goOn.complete(null);
            await().until(() -> asked.inFlight() == 0);
            assertThat(
                            metrics.get("cortex.answers")
                                    .tags("server", server.url(), "outcome", "complete")
                                    .counter()
                                    .count())
                    .isEqualTo(1);
        }
    }

    @Test
    void anEndWithoutAMessageIsNoAnswer() throws IOException {
        for (String begun : List.of("", PART)) {
            try (RawServer server = new RawServer(begun + "{\"done\":true}\n")) {
                ChatRequest question = question(server);
                assertThatThrownBy(() -> cortex.chatAsync(question).await().atMost(SOON))
                        .isInstanceOf(ServerException.class)
                        .hasMessageContaining("is no message");
            }
        }
    }

    @Test
    void aRequestThatTurnsOutWrongAfterTheHeadIsNotHeldAgainstItsServer() throws IOException {
        for (String begun : List.of("", PART)) {
            try (RawServer server = new RawServer(begun + "{\"error\":\"invalid format: no\"}\n")) {
                ChatRequest question = question(server);
                assertThatThrownBy(() -> cortex.chat(question))
                        .isInstanceOf(ValidationException.class)
                        .hasMessageContaining("invalid format: no");
                assertThat(server.received()).hasSize(1);
                assertThat(strikes(server)).isZero();
            }
        }
    }

    @Test
    void anErrorInAStreamIsItsLastEventInTheServersWords() throws IOException {
        try (RawServer server = new RawServer(PART + "{\"error\":\"invalid format: no\"}\n")) {
            ChatRequest question = question(server);
            List<StreamEvent> events =
                    cortex.streamAsync(question).collect().asList().await().atMost(SOON);
            assertThat(events.getLast())
                    .isInstanceOfSatisfying(
                            StreamEvent.Failed.class,
                            failed -> assertThat(failed.error()).contains("invalid format: no"));
            assertThat(strikes(server)).isZero();
        }
    }

    @Test
    void aServersWordsAreNoReasonThatIsLogged() throws IOException {
        try (RawServer server = new RawServer("{\"error\":\"out of memory: my prompt\"}\n")) {
            ChatRequest question = question(server);
            assertThatThrownBy(() -> cortex.chat(question))
                    .isInstanceOf(ServerException.class)
                    .hasMessageContaining("(it sent an error)")
                    .hasMessageNotContaining("my prompt");
            assertThat(strikes(server)).isEqualTo(1);
        }
    }

    @Test
    void aStrangersAddressIsNeverAsked() throws IOException {
        try (RawServer stranger = new RawServer(PART + LAST)) {
            ChatRequest question =
                    ChatRequest.builder(MODEL).user("Why?").server(stranger.url()).build();
            assertThatThrownBy(() -> cortex.chat(question))
                    .isInstanceOf(ValidationException.class)
                    .hasMessageContaining("server: '" + stranger.url())
                    .hasMessageContaining("cortex.servers");
            assertThat(stranger.received()).isEmpty();
        }
    }

    @Test
    void aServerThatOnlyTheBuiltInCatalogueNamesIsAStranger() {
        ChatRequest beside =
                ChatRequest.builder("qwen3:8b")
                        .user("Why?")
                        .server("http://localhost:11434")
                        .build();
        assertThatThrownBy(() -> cortex.chat(beside)).isInstanceOf(ValidationException.class);
    }

    @Test
    void aServerOutsideTheFleetKeepsNobodysCredentials() {
        ServerUrl url = ServerUrl.of("http://user:secret@elsewhere:11434");
        assertThat(fleet.outside(url).server().url().authorization()).isEmpty();
    }
}
