package dev.aicortex.gateway.dispatch;

import static dev.aicortex.model.Priority.BATCH;
import static dev.aicortex.model.Priority.INTERACTIVE;
import static dev.aicortex.model.Priority.NORMAL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aicortex.config.Policy;
import dev.aicortex.fleet.FleetFixtures;
import dev.aicortex.fleet.Health;
import dev.aicortex.fleet.Holding;
import dev.aicortex.fleet.Outcome;
import dev.aicortex.fleet.Pool;
import dev.aicortex.fleet.Reply;
import dev.aicortex.fleet.Server;
import dev.aicortex.fleet.ServerState;
import dev.aicortex.fleet.observed.Typical;
import dev.aicortex.gateway.metrics.GatewayMetrics;
import dev.aicortex.gateway.rewrite.LoadRequest;
import dev.aicortex.model.CortexException;
import dev.aicortex.model.ModelName;
import dev.aicortex.model.Priority;
import dev.aicortex.ollama.TagList;
import dev.aicortex.routing.Ask;
import dev.aicortex.routing.Failures;
import dev.aicortex.routing.Wait;
import dev.aicortex.testing.StepClock;
import dev.aicortex.testing.TestConfig;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Who gets a slot of two servers of one place each, who waits, and what ends the wait. */
class QueueTest {
    private static final ModelName MODEL = ModelName.of("m:1b");
    private static final long PATIENCE = 30_000;

    private final StepClock clock = new StepClock();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final List<ServerState> states = new ArrayList<>(List.of(state(0), state(1)));
    private final Set<Server> cold = new HashSet<>();
    private final List<Holding> loads = new ArrayList<>();
    private final List<Runnable> later = new ArrayList<>();
    private final List<String> told = new ArrayList<>();
    private final Queue queue = queue(Map.of("cortex.queue.max", "3"));

    private ServerState state(int position) {
        Server server =
                FleetFixtures.server(
                        position, clock, new Typical(), Map.of("cortex.routing.parallel", "1"));
        TagList.Tag tag = new TagList.Tag("m:1b", "m:1b", null, 1, "d", null, null, null);
        return new ServerState(
                server, new Health.Up(Instant.EPOCH), "", Map.of(MODEL, tag), List.of());
    }

    private Queue queue(Map<String, String> keys) {
        Map<String, String> all = new HashMap<>(keys);
        all.put("cortex.max-attempts", "2");
        return new Queue(
                TestConfig.of(all),
                (holding, _) -> cold.contains(holding.server()) && loads.add(holding),
                new GatewayMetrics(registry),
                clock,
                later::add);
    }

    /** Writes down what it is told. */
    private final class Request implements Queue.Waiter {
        private final String name;
        private final Priority priority;
        private final String key;
        private final Failures failures = new Failures();
        private boolean occupies = true;
        private boolean anywhere = true;
        private int attempts;
        private @Nullable Reservation reservation;
        private @Nullable Throwable failure;
        private @Nullable Ticket ticket;

        Request(String name, Priority priority, String key) {
            this.name = name;
            this.priority = priority;
            this.key = key;
        }

        Request enter() {
            ticket = queue.enter(this, pool(), Ask.of(Policy.LEAST_BUSY), PATIENCE);
            return this;
        }

        boolean waits() {
            return reservation == null && failure == null && !told.contains(name + " nowhere");
        }

        Server server() {
            assertThat(reservation).as(name).isNotNull();
            return reservation.server();
        }

        @Override
        public void waitedForLoad(Server server, long millis, String reason) {
            told.add(name + " waited for " + server + (reason.isEmpty() ? "" : ": " + reason));
        }

        @Override
        public ModelName model() {
            return MODEL;
        }

        @Override
        public String spelling() {
            return "m:1b";
        }

        @Override
        public Priority priority() {
            return priority;
        }

        @Override
        public String key() {
            return key;
        }

        @Override
        public boolean occupies() {
            return occupies;
        }

        @Override
        public boolean goesAnywhere() {
            return anywhere;
        }

        @Override
        public Pool pool() {
            return Pool.of(
                    MODEL,
                    states.stream()
                            .filter(state -> !failures.servers().contains(state.server()))
                            .toList());
        }

        @Override
        public int attempts() {
            return attempts;
        }

        @Override
        public int brokenOn() {
            return failures.brokenOn();
        }

        @Override
        public Failures failures() {
            return failures;
        }

        @Override
        public LoadRequest load(Holding holding) {
            throw new AssertionError("the shield of this test loads nothing");
        }

        @Override
        public void onLoop(Runnable next) {
            next.run();
        }

        @Override
        public void turn(@Nullable Reservation got, long waitedMillis, int ahead) {
            reservation = got;
            told.add(
                    got == null
                            ? name + " nowhere"
                            : "%s %d ms behind %d".formatted(name, waitedMillis, ahead));
        }

        @Override
        public void failed(Throwable why) {
            failure = why;
        }
    }

    private Request request(String name, Priority priority) {
        return new Request(name, priority, "key");
    }

    private Request request(String name) {
        return request(name, NORMAL);
    }

    /** Requests that have the slots of both servers. */
    private List<Request> occupy() {
        return List.of(request("first").enter(), request("second").enter());
    }

    private void free(Request request) {
        request.server().release();
        queue.freed(request.server());
    }

    private void lookAgain() {
        List<Runnable> due = List.copyOf(later);
        later.clear();
        due.forEach(Runnable::run);
    }

    private double refused(String reason) {
        return registry.find("cortex.queue.refused").tag("reason", reason).counters().stream()
                .mapToDouble(Counter::count)
                .sum();
    }

    @Test
    void whoFindsAFreeSlotHasItAtOnceAndNoTicket() {
        Request request = request("a").enter();
        assertThat(request.ticket).isNull();
        assertThat(told).containsExactly("a 0 ms behind 0");
        assertThat(request.server().inFlight()).isEqualTo(1);
        assertThat(queue.idle(MODEL)).isTrue();
    }

    @Test
    void whoFindsNoneWaitsUntilOneIsFree() {
        List<Request> running = occupy();
        Request waiting = request("a").enter();
        assertThat(waiting.ticket).isNotNull();
        assertThat(waiting.waits()).isTrue();
        assertThat(queue.waiting(MODEL)).isEqualTo(1);
        clock.step(700);
        free(running.getLast());
        assertThat(waiting.server()).isSameAs(running.getLast().server());
        assertThat(told).contains("a 700 ms behind 0");
        assertThat(queue.idle(MODEL)).isTrue();
    }

    @Test
    void whoWaitsKnowsWhatFor() {
        List<Request> running = occupy();
        Request batch = request("batch", BATCH).enter();
        Request normal = request("normal").enter();
        assertThat(batch.ticket.waitsFor()).contains(new Wait.Place(1));
        assertThat(normal.ticket.waitsFor()).contains(new Wait.Place(0));
        Server coming = running.getFirst().server();
        cold.add(coming);
        free(running.getFirst());
        assertThat(normal.ticket.waitsFor()).contains(new Wait.Load(loads.getFirst()));
        assertThat(loads.getFirst().server()).isSameAs(coming);
    }

    @Test
    void theMoreUrgentGoesFirst() {
        List<Request> running = occupy();
        Request batch = request("batch", BATCH).enter();
        Request urgent = request("urgent", INTERACTIVE).enter();
        free(running.getFirst());
        assertThat(urgent.waits()).isFalse();
        assertThat(batch.waits()).isTrue();
    }

    @Test
    void whoHadASlotAndLostItComesBeforeAllOthers() {
        List<Request> running = occupy();
        Request urgent = request("urgent", INTERACTIVE).enter();
        Request returned = request("returned", BATCH);
        returned.attempts = 1;
        returned.enter();
        free(running.getFirst());
        assertThat(returned.waits()).isFalse();
        assertThat(urgent.waits()).isTrue();
    }

    @Test
    void oneSlotIsOneRequests() {
        List<Request> running = occupy();
        List<Request> waiting = List.of(request("a").enter(), request("b").enter());
        free(running.getFirst());
        assertThat(waiting).filteredOn(Request::waits).hasSize(1);
        assertThat(running.getFirst().server().inFlight()).isEqualTo(1);
    }

    @Test
    void aFullLineTurnsAwayWhoIsNotMoreUrgent() {
        occupy();
        List.of("a", "b", "c").forEach(name -> request(name).enter());
        assertThatThrownBy(() -> request("d").enter())
                .isInstanceOfSatisfying(
                        CortexException.class, error -> assertThat(error.status()).isEqualTo(429))
                .hasMessageContaining("cortex.queue.max: 3");
        assertThat(refused("full")).isEqualTo(1);
        assertThat(queue.waiting(MODEL)).isEqualTo(3);
    }

    @Test
    void whoIsMoreUrgentPushesTheLastOneOutOfAFullLine() {
        occupy();
        List<Request> waiting =
                List.of(request("a").enter(), request("b").enter(), request("c").enter());
        Request urgent = request("urgent", INTERACTIVE).enter();
        assertThat(urgent.waits()).isTrue();
        assertThat(waiting)
                .extracting(each -> each.failure != null)
                .containsExactly(false, false, true);
        assertThat(refused("displaced")).isEqualTo(1);
        assertThat(queue.waiting(MODEL)).isEqualTo(3);
    }

    @Test
    void whoHadASlotIsNotTurnedAwayByAFullLine() {
        occupy();
        List.of("a", "b", "c").forEach(name -> request(name).enter());
        Request returned = request("returned");
        returned.attempts = 1;
        assertThat(returned.enter().waits()).isTrue();
        assertThat(queue.waiting(MODEL)).isEqualTo(4);
    }

    @Test
    void whoWaitsTooLongIsToldSoAtTheNextLook() {
        occupy();
        Request waiting = request("a").enter();
        clock.step(PATIENCE - 1);
        lookAgain();
        assertThat(waiting.waits()).isTrue();
        clock.step(1);
        lookAgain();
        assertThat(waiting.failure)
                .isInstanceOfSatisfying(
                        CortexException.class, error -> assertThat(error.status()).isEqualTo(503))
                .hasMessageContaining("no server had a place for model 'm:1b' within 30 s");
        assertThat(refused("late")).isEqualTo(1);
        assertThat(queue.idle(MODEL)).isTrue();
    }

    @Test
    void itLooksAsLongAsSomebodyWaits() {
        List<Request> running = occupy();
        assertThat(later).isEmpty();
        request("a").enter();
        assertThat(later).hasSize(1);
        lookAgain();
        assertThat(later).hasSize(1);
        running.getFirst().server().release(); // nobody tells
        lookAgain();
        assertThat(later).isEmpty();
        assertThat(told).contains("a 0 ms behind 0");
    }

    @Test
    void whoseClientLeavesLeavesTheLine() {
        List<Request> running = occupy();
        Request waiting = request("a").enter();
        assertThat(waiting.ticket).isNotNull();
        waiting.ticket.clientGone();
        free(running.getFirst());
        assertThat(waiting.waits()).isTrue();
        assertThat(running.getFirst().server().inFlight()).isZero();
        assertThat(refused("client_gone")).isEqualTo(1);
        waiting.ticket.clientGone();
        assertThat(refused("client_gone")).isEqualTo(1);
    }

    @Test
    void whoMayGoNowhereIsToldAtOnce() {
        states.clear();
        Request request = request("a").enter();
        assertThat(request.ticket).isNull();
        assertThat(told).containsExactly("a nowhere");
    }

    @Test
    void whoHasBrokenTooManyServersWaitsForNoMore() {
        List<Request> running = occupy();
        Request waiting = request("a").enter();
        running.forEach(
                each -> waiting.failures.add(each.server(), Outcome.Broken.because("reset")));
        lookAgain();
        assertThat(told).contains("a nowhere");
    }

    @Test
    void whatTakesNoTimeOfAServerWaitsForNone() {
        occupy();
        Request show = request("show");
        show.occupies = false;
        show.enter();
        assertThat(show.ticket).isNull();
        assertThat(show.server().inFlight()).isEqualTo(2);
    }

    @Test
    void aColdModelIsWaitedForWithoutASlot() {
        states.removeLast();
        Server server = states.getFirst().server();
        cold.add(server);
        Request request = request("a").enter();
        assertThat(request.waits()).isTrue();
        assertThat(server.inFlight()).isZero();
        assertThat(loads).isNotEmpty();
        cold.clear();
        queue.loaded(loads.getFirst(), new Outcome.Answered());
        assertThat(request.server()).isSameAs(server);
    }

    @Test
    void aLoadThatFailsIsAnAttemptThatFailed() {
        Server first = states.getFirst().server();
        cold.addAll(List.of(first, states.getLast().server()));
        Request request = request("a").enter();
        Server loading = loads.getLast().server();
        cold.remove(loading == first ? states.getLast().server() : first);
        queue.loaded(loads.getLast(), Outcome.Broken.because("out of memory"));
        assertThat(request.failures.servers()).containsExactly(loading);
        assertThat(told).contains("a waited for " + loading + ": out of memory");
        assertThat(request.server()).isNotSameAs(loading);
    }

    @Test
    void whereOnlyARealRequestCanLoadAModelItGoesThere() {
        states.removeLast();
        Server server = states.getFirst().server();
        cold.add(server);
        Request request = request("a").enter();
        queue.loaded(loads.getFirst(), new Outcome.Rejected(Reply.error(400, "no such option")));
        assertThat(request.server()).isSameAs(server);
    }
}
