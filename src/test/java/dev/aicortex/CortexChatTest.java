package dev.aicortex;

import static dev.aicortex.testing.TestFleet.FIRST_ONLY;
import static dev.aicortex.testing.TestFleet.MODEL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.aicortex.api.ChatRequest;
import dev.aicortex.api.ChatResponse;
import dev.aicortex.model.ModelNotFoundException;
import dev.aicortex.model.ServerException;
import dev.aicortex.model.ValidationException;
import dev.aicortex.simulator.Fault;
import dev.aicortex.simulator.SimulatedServer;
import dev.aicortex.testing.GatewayFlow;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.subscription.Cancellable;
import io.vertx.core.Vertx;
import jakarta.inject.Inject;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whole answers of the typed API: chosen, replaced and refused as over HTTP. */
@QuarkusTest
class CortexChatTest extends GatewayFlow {
    private static final ChatRequest QUESTION = ChatRequest.of(MODEL, "Why is the sky blue?");

    @Inject Cortex cortex;
    @Inject Vertx vertx;

    static Stream<Fault> faults() {
        return Stream.of(
                new Fault.Refuse(),
                new Fault.Stopped(),
                new Fault.Garbage(),
                new Fault.WrongContent(),
                new Fault.Status500("CUDA error: out of memory"),
                new Fault.Status500("something odd"),
                new Fault.Busy(),
                new Fault.Empty200(),
                new Fault.CutReset(0),
                new Fault.CutEof(3),
                new Fault.CutClose(3),
                new Fault.RunnerKilled(3));
    }

    @Test
    void anAnswerTellsItsTextServerAndUsage() {
        ChatResponse answer = cortex.chat(QUESTION);
        assertThat(answer.text()).isNotBlank();
        assertThat(answer.model()).isEqualTo(MODEL);
        assertThat(answer.server()).isEqualTo(address(servers.first()));
        assertThat(answer.finishReason()).isEqualTo("stop");
        assertThat(answer.usage().completionTokens()).isEqualTo(12);
        assertThat(answer.usage().promptTokens()).isPositive();
        assertThat(answer.usage().total()).isPositive();
        assertThat(answer.toolCalls()).isEmpty();
        await().until(() -> inFlight() == 0);
    }

    @Test
    void aPromptAloneGoesToTheFirstModelThatChats() {
        assertThat(cortex.chat("Why?")).isNotBlank();
        assertThat(servers.first().received().getLast().text()).contains(FIRST_ONLY);
    }

    @ParameterizedTest
    @MethodSource("faults")
    void theNextServerAnswersWhateverTheFirstDoes(Fault fault) {
        servers.first().fault(fault);
        ChatResponse answer = cortex.chat(QUESTION);
        assertThat(answer.server()).isEqualTo(address(servers.all().get(1)));
        assertThat(answer.usage().completionTokens()).isEqualTo(12);
        await().until(() -> inFlight() == 0 && workedOn() == 0);
    }

    @Test
    void anExhaustedFleetIsOneErrorThatListsEachServer() {
        servers.faultEverywhere(new Fault.CutEof(3));
        assertThatThrownBy(() -> cortex.chat(QUESTION))
                .isInstanceOf(ServerException.class)
                .hasMessageContainingAll(
                        servers.all().stream()
                                .map(GatewayFlow::address)
                                .toArray(CharSequence[]::new))
                .hasMessageContaining("its answer ended too early");
    }

    @Test
    void aRefusedRequestIsToldInTheServersWordsAndNotSpread() {
        servers.faultEverywhere(new Fault.Status500("failed to parse grammar"));
        long before = chatsReceived();
        assertThatThrownBy(() -> cortex.chat(QUESTION))
                .isInstanceOf(ValidationException.class)
                .hasMessageContaining("failed to parse grammar");
        assertThat(chatsReceived()).isEqualTo(before + 1);
    }

    @Test
    void aModelThatCannotThinkSaysSo() {
        ChatRequest thinking = ChatRequest.builder(MODEL).user("Why?").thinking(true).build();
        assertThatThrownBy(() -> cortex.chat(thinking))
                .isInstanceOf(ValidationException.class)
                .hasMessageContaining("does not support thinking");
    }

    @Test
    void anAnswerFollowsItsSchema() throws JsonProcessingException {
        ObjectMapper json = new ObjectMapper();
        JsonNode schema =
                json.readTree(
                        """
                        {"type":"object","properties":{"city":{"type":"string"}},"required":["city"]}\
                        """);
        ChatRequest request = ChatRequest.builder(MODEL).user("Where?").jsonSchema(schema).build();
        assertThat(json.readTree(cortex.chat(request).text()).path("city").isTextual()).isTrue();
    }

    @Test
    void anUnknownModelIsToldWithTheNearestNames() {
        assertThatThrownBy(() -> cortex.chat("llama3.2:3bb", "Why?"))
                .isInstanceOf(ModelNotFoundException.class)
                .hasMessageContaining("did you mean")
                .hasMessageContaining(MODEL);
    }

    @Test
    void aCataloguedModelThatNobodyHoldsIsToldWithTheWayToGetIt() {
        assertThatThrownBy(() -> cortex.chat("qwen3:8b", "Why?"))
                .isInstanceOf(ModelNotFoundException.class)
                .hasMessageContaining("ollama pull qwen3:8b");
    }

    @Test
    void anyServerOfTheFleetMayBeNamed() {
        SimulatedServer third = servers.all().get(2);
        ChatRequest named = ChatRequest.builder(MODEL).user("Why?").server(address(third)).build();
        assertThat(cortex.chat(named).server()).isEqualTo(address(third));
    }

    @Test
    void aNamedServerIsNotReplaced() {
        SimulatedServer third = servers.all().get(2);
        third.fault(new Fault.CutReset(0));
        ChatRequest named = ChatRequest.builder(MODEL).user("Why?").server(address(third)).build();
        assertThatThrownBy(() -> cortex.chat(named))
                .isInstanceOf(ServerException.class)
                .hasMessageContaining(address(third))
                .hasMessageNotContaining(address(servers.first()));
    }

    @Test
    void aNamedServerWithoutTheModelIsToldSo() {
        SimulatedServer third = servers.all().get(2);
        ChatRequest named =
                ChatRequest.builder(FIRST_ONLY).user("Why?").server(address(third)).build();
        assertThatThrownBy(() -> cortex.chat(named))
                .isInstanceOf(ModelNotFoundException.class)
                .hasMessageContaining("is not on server " + address(third));
    }

    @Test
    void virtualThreadsMayWaitToo() throws InterruptedException {
        List<CompletableFuture<String>> answers =
                Stream.generate(() -> new CompletableFuture<String>()).limit(20).toList();
        for (CompletableFuture<String> answer : answers) {
            Thread.ofVirtual().start(() -> answer.complete(cortex.chat(MODEL, "Why?")));
        }
        assertThat(answers).allSatisfy(answer -> assertThat(answer.join()).isNotBlank());
    }

    @Test
    void anEventLoopMayNotWait() {
        CompletableFuture<String> answer = new CompletableFuture<>();
        vertx.runOnContext(_ -> {
            try {
                answer.complete(cortex.chat(MODEL, "Why?"));
            } catch (IllegalStateException e) {
                answer.completeExceptionally(e);
            }
        });
        assertThatThrownBy(answer::get)
                .isInstanceOf(ExecutionException.class)
                .hasMessageContaining("Cortex.chat")
                .hasMessageContaining("asynchronous form");
    }

    @Test
    void theAsynchronousFormMayBeUsedOnAnEventLoop() {
        CompletableFuture<String> answer = new CompletableFuture<>();
        vertx.runOnContext(_ ->
                cortex.chatAsync(MODEL, "Why?")
                        .subscribe()
                        .with(answer::complete, answer::completeExceptionally));
        assertThat(answer.join()).isNotBlank();
    }

    @Test
    void aPromptAloneNeedsNoWaitingEither() {
        assertThat(cortex.chatAsync("Why?").await().indefinitely()).isNotBlank();
        assertThat(cortex.streamAsync("Why?").collect().asList().await().indefinitely())
                .hasSize(14);
    }

    @Test
    void cancellingStopsTheServer() {
        servers.faultEverywhere(new Fault.HangMidStream(3));
        long before = cancelled();
        Cancellable asked = cortex.chatAsync(QUESTION).subscribe().with(_ -> {});
        await().until(() -> workedOn() == 1);
        asked.cancel();
        await().until(() -> workedOn() == 0 && inFlight() == 0);
        assertThat(cancelled()).isEqualTo(before + 1);
    }

    @Test
    void anInterruptStopsTheServer() throws InterruptedException {
        servers.faultEverywhere(new Fault.HangBeforeHead());
        Thread waiting = Thread.ofVirtual().start(() -> failing(() -> cortex.chat(QUESTION)));
        await().until(() -> workedOn() == 1);
        waiting.interrupt();
        waiting.join();
        await().until(() -> workedOn() == 0 && inFlight() == 0);
    }

    private static void failing(Runnable call) {
        assertThatThrownBy(call::run).isInstanceOf(ServerException.class);
    }

    private long cancelled() {
        return servers.all().stream().mapToLong(server -> server.counters().cancelled()).sum();
    }
}
