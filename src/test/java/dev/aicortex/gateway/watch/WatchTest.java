package dev.aicortex.gateway.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.aicortex.config.Policy;
import dev.aicortex.dialect.Endpoint;
import dev.aicortex.dialect.Usage;
import dev.aicortex.fleet.Facts;
import dev.aicortex.fleet.FleetFixtures;
import dev.aicortex.fleet.Outcome;
import dev.aicortex.fleet.Server;
import dev.aicortex.gateway.tracing.AttemptTrace;
import dev.aicortex.gateway.tracing.RequestTrace;
import dev.aicortex.model.ModelName;
import dev.aicortex.relay.Ending;
import dev.aicortex.routing.Ask;
import dev.aicortex.usage.UsageRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class WatchTest {
    private static final ModelName MODEL = ModelName.of("llama3.2:3b");
    private static final Ask ASK = Ask.of(Policy.EXPECTED_FIRST_TOKEN);
    private static final Facts FACTS =
            new Facts(true, false, 0, 3, 4, 1, true, 2_000, 500, 0, 1, 0, 77, 0, 0);

    private final Watch watch = new Watch(true);
    private final Server server = FleetFixtures.server(0);

    private static UsageRecord record(UsageRecord.Outcome outcome) {
        return record(outcome, System.currentTimeMillis());
    }

    private static UsageRecord record(UsageRecord.Outcome outcome, long at) {
        UsageRecord.Route route = UsageRecord.Route.of(Endpoint.CHAT);
        return new UsageRecord(
                at, "", "", route, "m", "m", "", 1, 0, -1, 5, 0, 0, 0, outcome, "", "");
    }

    private void end(String id) {
        watch.follow(RequestTrace.NONE).ended(id, record(UsageRecord.Outcome.COMPLETE));
    }

    private AttemptTrace asked(RequestTrace request) {
        return request.asking(server, MODEL, 1, true, ASK, FACTS);
    }

    private List<String> told(String id) {
        return watch.request(id).orElseThrow().events().stream()
                .map(event ->
                        event.what()
                                + (event.attempt() == null ? "" : " " + event.attempt())
                                + (event.outcome() == null ? "" : " " + event.outcome())
                                + (event.reason() == null ? "" : ": " + event.reason()))
                .toList();
    }

    @Nested
    class ATimeline {
        @Test
        void tellsTheWaitEachAttemptAndWhyItFailed() {
            RequestTrace request = watch.follow(RequestTrace.NONE);
            request.waited(12);
            asked(request).outcome(Outcome.Broken.because("connection reset"));
            AttemptTrace second = asked(request);
            second.answers();
            second.outcome(new Outcome.Answered());
            second.ended(new Ending.Complete(), Usage.tokens(3, 5));
            request.ended("one", record(UsageRecord.Outcome.COMPLETE));

            assertThat(told("one"))
                    .containsExactly(
                            "arrived",
                            "waited",
                            "asking 1",
                            "failed 1 broken: connection reset",
                            "asking 2",
                            "first_token 2",
                            "ended complete");
        }

        @Test
        void tellsTheLoadThatFailedAndWhyItWasRefused() {
            RequestTrace request = watch.follow(RequestTrace.NONE);
            request.waitedForLoad(server, 7, "out of memory");
            request.refused("no server is left");
            request.ended("none", record(UsageRecord.Outcome.FAILED));

            assertThat(told("none"))
                    .containsExactly(
                            "arrived", "loaded: out of memory", "ended failed: no server is left");
            assertThat(watch.request("none").orElseThrow().events().get(1).millis()).isEqualTo(7);
        }

        @Test
        void saysWhyThatServer() {
            RequestTrace request = watch.follow(RequestTrace.NONE);
            asked(request).outcome(new Outcome.ClientGone());
            request.ended("why", record(UsageRecord.Outcome.CLIENT_GONE));

            Timeline.Event asking = watch.request("why").orElseThrow().events().get(1);

            assertThat(asking.server()).isEqualTo(server.toString());
            assertThat(asking.model()).isEqualTo("llama3.2:3b");
            assertThat(asking.explain())
                    .isEqualTo(
                            new Timeline.Choice(
                                    "expected-first-token",
                                    new Numbers(500, 0, 500, 0, 0, 77, 3, 4)));
        }

        @Test
        void handsOnAllThatItIsTold() {
            List<String> beside = new ArrayList<>();
            RequestTrace request =
                    watch.follow(
                            new RequestTrace() {
                                @Override
                                public void waited(long millis) {
                                    beside.add("waited");
                                }

                                @Override
                                public void ended(String id, UsageRecord record) {
                                    beside.add(id);
                                }
                            });
            request.waited(1);
            request.ended("x", record(UsageRecord.Outcome.FAILED));

            assertThat(beside).containsExactly("waited", "x");
        }

        @Test
        void ofAHundredPartsHasABound() {
            RequestTrace request = watch.follow(RequestTrace.NONE);
            for (int i = 0; i < 100; i++) {
                asked(request).outcome(new Outcome.Refused("no"));
            }
            request.ended("many", record(UsageRecord.Outcome.FAILED));

            assertThat(told("many")).hasSizeLessThan(70).last().isEqualTo("ended failed");
        }

        @Test
        void ofAChatOfThisProcessHasAnIdToo() {
            end("");

            assertThat(watch.request("chat-0")).isPresent();
        }
    }

    @Nested
    class TheRing {
        @Test
        void keepsTheLast() {
            IntStream.range(0, Watch.KEPT + 10).forEach(i -> end("r" + i));

            assertThat(watch.request("r9")).isEmpty();
            assertThat(watch.request("r10")).isPresent();
            assertThat(watch.from(0, Watch.KEPT).requests()).hasSize(Watch.KEPT);
        }

        @Test
        void tellsWhatEndedSinceAndHowManyItLeavesOut() {
            IntStream.range(0, 10).forEach(i -> end("r" + i));

            Watch.Part part = watch.from(4, 2);

            assertThat(part.requests()).extracting(Timeline::id).containsExactly("r8", "r9");
            assertThat(part.skipped()).isEqualTo(4);
            assertThat(part.next()).isEqualTo(10);
            assertThat(watch.from(10, 2)).isEqualTo(new Watch.Part(List.of(), 10, 0));
        }

        @Test
        void losesNothingToSeveralThreads() throws InterruptedException {
            int threads = 4;
            int each = 400;
            CountDownLatch together = new CountDownLatch(threads);
            List<Thread> all =
                    IntStream.range(0, threads)
                            .mapToObj(t ->
                                    Thread.ofPlatform()
                                            .start(() -> {
                                                together.countDown();
                                                IntStream.range(0, each)
                                                        .forEach(i -> end(t + "-" + i));
                                            }))
                            .toList();
            List<String> seen = new ArrayList<>();
            long next = 0;
            while (seen.size() < threads * each) {
                Watch.Part part = watch.from(next, Watch.KEPT);
                part.requests().forEach(request -> seen.add(request.id()));
                next = part.next();
            }
            for (Thread thread : all) {
                thread.join();
            }

            assertThat(seen).doesNotHaveDuplicates().hasSize(threads * each);
        }

        @Test
        void tellsHowManyEndASecond() {
            long now = System.currentTimeMillis();
            for (int i = 0; i < 120; i++) {
                watch.follow(RequestTrace.NONE)
                        .ended("", record(UsageRecord.Outcome.COMPLETE, now - 119_000 + i * 1_000));
            }

            assertThat(watch.requestsASecond(now)).isCloseTo(1, within(0.1));
        }

        @Test
        void tellsItToOfMoreThanItKeeps() {
            long now = System.currentTimeMillis();
            for (int i = 0; i < 4_000; i++) {
                watch.follow(RequestTrace.NONE)
                        .ended("", record(UsageRecord.Outcome.COMPLETE, now - 40_000 + i * 10));
            }

            assertThat(watch.requestsASecond(now)).isCloseTo(100, within(1.0));
        }
    }

    @Nested
    class APace {
        @Test
        void isThereFromTheFirstRequestOn() {
            assertThat(watch.pace(server)).isNull();
            asked(watch.follow(RequestTrace.NONE));
            assertThat(watch.pace(server)).isNotNull();
        }

        @Test
        void hasTheTokensOfAnswersThatEnded() {
            AttemptTrace attempt = asked(watch.follow(RequestTrace.NONE));
            attempt.answers();
            attempt.ended(new Ending.Complete(), Usage.tokens(3, 600));

            assertThat(watch.pace(server).tokensASecond(System.currentTimeMillis()))
                    .isCloseTo(10, within(0.5));
        }

        @Test
        void hasTheLastErrorThatWasTheServers() {
            RequestTrace request = watch.follow(RequestTrace.NONE);
            asked(request).outcome(new Outcome.Refused("connection refused"));
            asked(request).outcome(Outcome.Refused.BREAKER_OPEN);
            asked(request).outcome(new Outcome.ClientGone());
            asked(request).outcome(new Outcome.Outrun());

            assertThat(watch.pace(server).failure().reason()).isEqualTo("connection refused");
        }

        @Test
        void hasTheSpansOfFirstTokens() {
            long now = System.currentTimeMillis();
            long span = ServerPace.lastSpan(now) + 1;
            ServerPace pace = new ServerPace();
            pace.firstToken(now, 12);
            pace.firstToken(now + 2 * FirstTokens.SPAN_MILLIS, 14);

            assertThat(pace.firstToken(span)).isEqualTo(new ServerPace.FirstToken(12, 12));
            assertThat(pace.history(span + 2).p50()).containsExactly(12, null, 14);
        }
    }

    @Test
    void nothingIsKeptUnlessItIsOn() {
        Watch off = new Watch(false);

        assertThat(off.follow(RequestTrace.NONE)).isSameAs(RequestTrace.NONE);
    }
}
