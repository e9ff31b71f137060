package dev.aicortex;

import static dev.aicortex.testing.TestFleet.MODEL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.aicortex.api.ChatRequest;
import dev.aicortex.api.ChatStream;
import dev.aicortex.api.StreamEvent;
import dev.aicortex.model.ServerException;
import dev.aicortex.model.StreamException;
import dev.aicortex.model.ValidationException;
import dev.aicortex.simulator.Fault;
import dev.aicortex.testing.GatewayFlow;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.helpers.test.AssertSubscriber;
import io.vertx.core.Vertx;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Answers of the typed API that come piece by piece. */
@QuarkusTest
class CortexStreamTest extends GatewayFlow {
    private static final ChatRequest QUESTION = ChatRequest.of(MODEL, "Why is the sky blue?");
    private static final long FLOOD = 256L << 20;

    @Inject Cortex cortex;
    @Inject Vertx vertx;

    static Stream<Fault> breaks() {
        return Stream.of(
                new Fault.CutReset(3),
                new Fault.CutEof(3),
                new Fault.CutClose(3),
                new Fault.RunnerKilled(3));
    }

    /** What of the faults that a chat survives leaves a stream without its first event. */
    static Stream<Fault> beforeAnything() {
        return CortexChatTest.faults()
                .filter(fault -> !(fault instanceof Fault.InStream late && late.afterChunks() > 0));
    }

    @Test
    void aStreamIsAStartItsTokensAndAnEnd() {
        List<StreamEvent> events = new ArrayList<>();
        try (ChatStream stream = cortex.stream(QUESTION)) {
            stream.forEach(events::add);
        }
        assertThat(events).hasSize(14);
        assertThat(events.getFirst()).isEqualTo(new StreamEvent.Start(MODEL));
        for (int i = 0; i < 12; i++) {
            assertThat(events.get(i + 1)).isInstanceOf(StreamEvent.Token.class);
            assertThat(((StreamEvent.Token) events.get(i + 1)).index()).isEqualTo(i);
        }
        assertThat(events.getLast()).isInstanceOf(StreamEvent.End.class);
        assertThat(((StreamEvent.End) events.getLast()).usage().completionTokens()).isEqualTo(12);
        await().until(() -> inFlight() == 0);
    }

    @Test
    void theTextIsWhatAllTokensSay() {
        StringBuilder tokens = new StringBuilder();
        try (ChatStream stream = cortex.stream(QUESTION)) {
            for (StreamEvent event : stream) {
                if (event instanceof StreamEvent.Token token) {
                    tokens.append(token.content());
                }
            }
            assertThat(stream.text()).isEqualTo(tokens.toString()).isNotBlank();
            assertThat(stream.response().server()).isEqualTo(address(servers.first()));
        }
        assertThat(cortex.stream(QUESTION).text()).isEqualTo(tokens.toString());
    }

    @Test
    void nothingIsSentBeforeTheFirstEventIsAskedFor() {
        long before = chatsReceived();
        try (ChatStream stream = cortex.stream(QUESTION)) {
            Iterator<StreamEvent> events = stream.iterator();
            assertThat(events.hasNext()).isTrue();
            assertThat(chatsReceived()).isEqualTo(before);
            assertThat(events.next()).isInstanceOf(StreamEvent.Start.class);
            assertThat(chatsReceived()).isEqualTo(before + 1);
        }
    }

    @Test
    void aSecondIterationIsRefused() {
        try (ChatStream stream = cortex.stream(QUESTION)) {
            stream.iterator();
            assertThatThrownBy(stream::iterator)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("once only");
        }
    }

    @Test
    void nothingFollowsTheEnd() {
        Iterator<StreamEvent> events = cortex.stream(QUESTION).iterator();
        while (events.hasNext()) {
            events.next();
        }
        assertThatThrownBy(events::next).isInstanceOf(NoSuchElementException.class);
    }

    @ParameterizedTest
    @MethodSource("breaks")
    void aBrokenStreamEndsWithFailedAndThePartialText(Fault fault) {
        servers.faultEverywhere(fault);
        List<StreamEvent> events = new ArrayList<>();
        StringBuilder text = new StringBuilder();
        try (ChatStream stream = cortex.stream(QUESTION)) {
            for (StreamEvent event : stream) {
                events.add(event);
                if (event instanceof StreamEvent.Token token) {
                    text.append(token.content());
                }
            }
            assertThatThrownBy(stream::text)
                    .isInstanceOfSatisfying(
                            StreamException.class,
                            e -> assertThat(e.partial()).isEqualTo(text.toString()).isNotBlank());
        }
        assertThat(events).noneMatch(StreamEvent.End.class::isInstance);
        assertThat(events.getLast())
                .isInstanceOfSatisfying(
                        StreamEvent.Failed.class,
                        failed -> {
                            assertThat(failed.partial()).isEqualTo(text.toString());
                            assertThat(failed.error()).contains(address(servers.first()));
                        });
        await().until(() -> inFlight() == 0 && workedOn() == 0);
    }

    @Test
    void aBrokenStreamCountsAgainstItsServer() {
        servers.faultEverywhere(new Fault.CutReset(3));
        assertThatThrownBy(() -> cortex.stream(QUESTION).text())
                .isInstanceOf(StreamException.class);
        await().until(() -> fleet.snapshot().states().get(0).server().strikes() == 1);
    }

    @ParameterizedTest
    @MethodSource("beforeAnything")
    void anotherServerTakesOverBeforeTheFirstEvent(Fault fault) {
        servers.first().fault(fault);
        assertThat(cortex.stream(QUESTION).response().server())
                .isEqualTo(address(servers.all().get(1)));
    }

    @Test
    void anExhaustedFleetIsThrownInPlaceOfAnyEvent() {
        servers.faultEverywhere(new Fault.RunnerKilled(0));
        try (ChatStream stream = cortex.stream(QUESTION)) {
            Iterator<StreamEvent> events = stream.iterator();
            assertThatThrownBy(events::next).isInstanceOf(ServerException.class);
            assertThat(events.hasNext()).isFalse();
            assertThatThrownBy(stream::text).isInstanceOf(ServerException.class);
        }
    }

    @Test
    void aStrangersAddressFailsTheSubscription() {
        ChatRequest stranger =
                ChatRequest.builder(MODEL).user("Why?").server("http://stranger:11434").build();
        cortex.streamAsync(stranger)
                .subscribe()
                .withSubscriber(AssertSubscriber.create(1))
                .awaitFailure()
                .assertFailedWith(ValidationException.class, "http://stranger:11434");
    }

    @Test
    void closingStopsTheServer() {
        servers.faultEverywhere(new Fault.HangMidStream(3));
        long before = cancelled();
        try (ChatStream stream = cortex.stream(QUESTION)) {
            stream.iterator().next();
            assertThat(workedOn()).isEqualTo(1);
        }
        await().until(() -> workedOn() == 0 && inFlight() == 0);
        assertThat(cancelled()).isEqualTo(before + 1);
        assertThat(fleet.snapshot().states().get(0).server().strikes()).isZero();
    }

    @Test
    void anotherThreadMayCloseWhatOneWaitsFor() throws InterruptedException {
        servers.faultEverywhere(new Fault.HangBeforeHead());
        ChatStream stream = cortex.stream(QUESTION);
        CompletableFuture<Throwable> thrown = new CompletableFuture<>();
        Thread.ofVirtual()
                .start(() -> {
                    try {
                        thrown.completeExceptionally(new AssertionError(stream.text()));
                    } catch (IllegalStateException e) {
                        thrown.complete(e);
                    }
                });
        await().until(() -> workedOn() == 1);
        stream.close();
        assertThat(thrown.join()).hasMessageContaining("closed");
        await().until(() -> workedOn() == 0 && inFlight() == 0);
    }

    @Test
    void aSlowReaderSlowsItsServer() {
        servers.faultEverywhere(new Fault.Flood(FLOOD));
        long before = usedMemory();
        try (ChatStream stream = cortex.stream(QUESTION)) {
            Iterator<StreamEvent> events = stream.iterator();
            for (int i = 0; i < 100; i++) {
                events.next();
            }
            await().during(Duration.ofMillis(500)).until(() -> workedOn() == 1);
            assertThat(usedMemory() - before).isLessThan(FLOOD / 4);
        }
        await().until(() -> workedOn() == 0 && inFlight() == 0);
    }

    @Test
    void aTornStreamIsPutTogether() {
        String whole = cortex.stream(ChatRequest.of(MODEL, "é当🙂")).text();
        servers.faultEverywhere(new Fault.Torn());
        assertThat(cortex.stream(ChatRequest.of(MODEL, "é当🙂")).text()).isEqualTo(whole);
    }

    @Test
    void aSubscriberGetsWhatItAsksForAndNoMore() {
        AssertSubscriber<StreamEvent> subscriber =
                cortex.streamAsync(QUESTION).subscribe().withSubscriber(AssertSubscriber.create(0));
        subscriber.assertHasNotReceivedAnyItem();
        subscriber.awaitNextItems(1).awaitNextItems(2);
        assertThat(subscriber.getItems()).hasSize(3);
        subscriber.request(100).awaitCompletion();
        assertThat(subscriber.getItems()).hasSize(14);
        assertThat(subscriber.getLastItem()).isInstanceOf(StreamEvent.End.class);
    }

    @Test
    void aBrokenStreamIsAnEventForASubscriberAndNoFailure() {
        servers.faultEverywhere(new Fault.CutEof(3));
        List<StreamEvent> events =
                cortex.streamAsync(QUESTION).collect().asList().await().indefinitely();
        assertThat(events.getLast()).isInstanceOf(StreamEvent.Failed.class);
    }

    @Test
    void cancellingTheSubscriptionStopsTheServer() {
        servers.faultEverywhere(new Fault.HangMidStream(3));
        long before = cancelled();
        AssertSubscriber<StreamEvent> subscriber =
                cortex.streamAsync(QUESTION).subscribe().withSubscriber(AssertSubscriber.create(0));
        subscriber.awaitNextItems(2).cancel();
        await().until(() -> workedOn() == 0 && inFlight() == 0);
        assertThat(cancelled()).isEqualTo(before + 1);
    }

    @Test
    void anEventLoopMayNotIterate() {
        ChatStream stream = cortex.stream(QUESTION);
        CompletableFuture<String> text = new CompletableFuture<>();
        vertx.runOnContext(_ -> {
            try {
                text.complete(stream.text());
            } catch (IllegalStateException e) {
                text.completeExceptionally(e);
            }
        });
        assertThatThrownBy(text::get).hasMessageContaining("must not be called on the event loop");
    }

    private static long usedMemory() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    private long cancelled() {
        return servers.all().stream().mapToLong(server -> server.counters().cancelled()).sum();
    }
}
