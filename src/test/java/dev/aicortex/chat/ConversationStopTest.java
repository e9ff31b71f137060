package dev.aicortex.chat;

import static dev.aicortex.testing.TestFleet.MODEL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.aicortex.api.ChatRequest;
import dev.aicortex.api.ChatResponse;
import dev.aicortex.api.StreamEvent;
import dev.aicortex.catalogue.CatalogueStore;
import dev.aicortex.gateway.dispatch.Dispatcher;
import dev.aicortex.gateway.dispatch.Drain;
import dev.aicortex.model.ServerException;
import dev.aicortex.simulator.Fault;
import dev.aicortex.testing.GatewayFlow;
import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import io.quarkus.runtime.shutdown.ShutdownConfig;
import io.quarkus.scheduler.Scheduler;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What becomes of typed chats when the gateway is told to stop. */
@QuarkusTest
class ConversationStopTest extends GatewayFlow {
    private static final ChatRequest QUESTION = ChatRequest.of(MODEL, "Why is the sky blue?");

    @Inject Vertx vertx;
    @Inject CatalogueStore store;
    @Inject Dispatcher dispatcher;
    @Inject Scheduler scheduler;

    private Drain drain;
    private Conversations conversations;

    @BeforeEach
    void aGatewayOfItsOwn() {
        drain = new Drain(vertx, scheduler, new AtOnce());
        conversations = new Conversations(vertx, fleet, store, dispatcher, drain);
    }

    @AfterEach
    void goOnWithTheSharedOne() {
        scheduler.resume();
    }

    private static final class AtOnce implements ShutdownConfig {
        @Override
        public Optional<Duration> timeout() {
            return Optional.empty();
        }

        @Override
        public Optional<Duration> delay() {
            return Optional.empty();
        }
    }

    private void stop() throws InterruptedException {
        drain.begin(new ShutdownDelayInitiatedEvent());
        assertThat(drain.running()).isZero();
        await().until(() -> workedOn() == 0 && inFlight() == 0);
    }

    private CompletableFuture<ChatResponse> ask() {
        return conversations.answer(QUESTION).subscribeAsCompletionStage();
    }

    private static <T> T there(Future<T> event) {
        return event.toCompletionStage().toCompletableFuture().join();
    }

    @Test
    void aChatThatWaitsIsToldSo() throws InterruptedException {
        for (Fault fault : new Fault[] {new Fault.HangBeforeHead(), new Fault.HangMidStream(3)}) {
            aGatewayOfItsOwn();
            servers.faultEverywhere(fault);
            CompletableFuture<ChatResponse> answer = ask();
            await().until(() -> workedOn() == 1);
            assertThat(drain.running()).isEqualTo(1);
            stop();
            assertThatThrownBy(answer::join)
                    .hasCauseInstanceOf(ServerException.class)
                    .hasMessageContaining("the gateway is stopping");
        }
    }

    @Test
    void aStreamThatHasBegunEndsInWordsThatBlameNoServer() throws InterruptedException {
        servers.faultEverywhere(new Fault.HangMidStream(3));
        Conversation conversation = conversations.open(QUESTION);
        assertThat(there(conversation.next())).isInstanceOf(StreamEvent.Start.class);
        stop();
        StreamEvent event = there(conversation.next());
        while (!event.last()) {
            event = there(conversation.next());
        }
        assertThat(event)
                .isInstanceOfSatisfying(
                        StreamEvent.Failed.class,
                        failed ->
                                assertThat(failed.error())
                                        .contains("the gateway is stopping")
                                        .doesNotContain(address(servers.first())));
        assertThat(fleet.snapshot().states().getFirst().server().strikes()).isZero();
    }

    @Test
    void aStreamThatHasNotBegunFails() throws InterruptedException {
        servers.faultEverywhere(new Fault.HangBeforeHead());
        Future<StreamEvent> first = conversations.open(QUESTION).next();
        await().until(() -> workedOn() == 1);
        stop();
        assertThatThrownBy(() -> there(first))
                .hasCauseInstanceOf(ServerException.class)
                .hasMessageContaining("the gateway is stopping");
    }

    @Test
    void newOnesAreRefused() throws InterruptedException {
        stop();
        assertThatThrownBy(() -> ask().join())
                .hasCauseInstanceOf(ServerException.class)
                .hasMessageContaining("the gateway is stopping");
        assertThatThrownBy(() -> there(conversations.open(QUESTION).next()))
                .hasCauseInstanceOf(ServerException.class);
        assertThat(drain.running()).isZero();
    }

    @Test
    void anAnswerThatIsWholeIsNoLongerWaitedFor() {
        ask().join();
        await().until(() -> drain.running() == 0);
    }
}
