package dev.aicortex.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.aicortex.simulator.Fault;
import dev.aicortex.simulator.ReceivedRequest;
import dev.aicortex.simulator.Settings;
import dev.aicortex.simulator.SimulatedFleet;
import dev.aicortex.simulator.SimulatedModel;
import dev.aicortex.simulator.SimulatedServer;
import dev.aicortex.simulator.SimulatedServer.Counters;
import dev.aicortex.testing.Program;
import dev.aicortex.testing.PythonVenv;
import io.restassured.RestAssured;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The packaged program, used by coding agents that each do a task of some steps. With its defaults,
 * but that it looks at a silent server sooner, and sooner at one that was down.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RealAgentsIT {
    private static final int STEPS = 5;
    private static final int BEFORE_THE_KILL = 3;
    private static final int IN_THE_MIDDLE = 6;
    private static final Duration LOOK_AFTER = Duration.ofSeconds(2);

    /** A file's name and its content, as an agent without tools takes it from an answer. */
    private static final String FILE = "made.txt\n```\n%s```\n".formatted(made());

    /** Words come before a call, so that a server can break off in the middle of an answer. */
    private static final Settings EACH =
            Settings.defaults()
                    .withVersion("0.33.0")
                    .withParallel(1)
                    .withModels(List.of(model()))
                    .withPrefill(100_000)
                    .withTokensPerSecond(200)
                    .withWordsBeforeCall(8)
                    .withText(FILE)
                    .withCall("exec_command", steps("{\"cmd\":\"%s\"}"))
                    .withCall("bash", steps("{\"command\":\"%s\"}"))
                    .withCall(
                            "run_shell_command",
                            steps("{\"command\":\"%s\",\"is_background\":false}"));

    private static final Settings SLOW =
            EACH.withName("slow").withPrefill(10_000).withTokensPerSecond(20);

    private final Vertx vertx = Vertx.vertx();
    private final SimulatedFleet fleet =
            SimulatedFleet.start(
                    vertx, List.of(EACH.withName("one"), EACH.withName("other"), SLOW));
    private final FutureTask<Path> python = new FutureTask<>(RealAgentsIT::python);
    private Path node;
    private Program program;

    /** As long a context as agents need. */
    private static SimulatedModel model() {
        SimulatedModel model = SimulatedModel.named(ClientFleet.CHAT);
        return model.derived(model.digest(), 65_536);
    }

    private static String[] steps(String arguments) {
        return IntStream.rangeClosed(1, STEPS)
                .mapToObj(step -> arguments.formatted("echo " + step + " >> made.txt"))
                .toArray(String[]::new);
    }

    /** The file's content when each step was done once, in order. */
    private static String made() {
        return IntStream.rangeClosed(1, STEPS)
                .mapToObj(n -> n + "\n")
                .collect(Collectors.joining());
    }

    @BeforeAll
    void start() throws Exception {
        assumeTrue(Scripts.AGENTS.runnable() || inCi(), "node is not here: no agent is checked");
        Thread.startVirtualThread(python); // takes as long as the others together
        node = Scripts.AGENTS.installed().resolve("node_modules/.bin");
        String servers = fleet.urls().stream().map(URI::toString).collect(Collectors.joining(","));
        program =
                Program.start(
                        Map.of(
                                "CORTEX_SERVERS",
                                servers,
                                "CORTEX_LOOK_AFTER",
                                LOOK_AFTER.toString(),
                                "CORTEX_HEALTH_RECOVERY_INTERVAL",
                                "100ms"),
                        "--port",
                        "0");
        program.ready();
    }

    private static boolean inCi() {
        return "true".equals(System.getenv("CI"));
    }

    @AfterAll
    void stop() throws InterruptedException {
        if (program != null) {
            program.close();
        }
        fleet.close();
        vertx.close();
    }

    @BeforeEach
    void awaitAWholeFleet() {
        fleet.heal();
        await().until(() ->
                RestAssured.get(program.url() + "/health")
                        .jsonPath()
                        .getList("servers.status")
                        .stream()
                        .allMatch("up"::equals));
    }

    /** Whichever server its conversation is on is killed in the middle of it. */
    @ParameterizedTest
    @EnumSource(Agent.class)
    void staysOnItsServerWhileThatLivesAndEndsItsTaskOnOneMore(Agent agent) throws Throwable {
        Task task = new Task(agent);
        CompletableFuture<Void> done = task.begun();
        task.follow(() -> done.isDone() || task.longest() >= BEFORE_THE_KILL);
        Map<SimulatedServer, Integer> before = task.turns();
        before.keySet().forEach(SimulatedServer::stop);
        try {
            task.follow(done::isDone);
        } finally {
            before.keySet().forEach(SimulatedServer::restart);
        }
        done.join();
        assertThat(before).as("turns before the kill, at each server").hasSize(1);
        assertThat(task.turns()).as("turns in all").hasSize(2);
        assertThat(task.cachedShare())
                .as("share of later turns that was cached")
                .isGreaterThan(0.8);
    }

    /** Two answers, since an agent may begin with a title for the task. */
    @ParameterizedTest
    @EnumSource(Agent.class)
    void triesAgainWhenItsServerDiesInTheMiddleOfAnAnswer(Agent agent) throws Throwable {
        fleet.fault(new Fault.CutClose(IN_THE_MIDDLE), 2);
        new Task(agent).begun().join();
    }

    /** Longer than any server is silent that only speaks. */
    @Test
    void waitsForAServerThatComposesACallForLong() throws Throwable {
        fleet.fault(Fault.silence(IN_THE_MIDDLE, LOOK_AFTER.multipliedBy(3)), 1);
        Task task = new Task(Agent.CODEX);
        CompletableFuture<Void> done = task.begun();
        task.follow(done::isDone);
        done.join();
        assertThat(task.turns().values())
                .as("the calls, and the words at last")
                .containsExactly(STEPS + 1);
    }

    private Path programs(Agent agent) throws Throwable {
        if (agent != Agent.AIDER) {
            return node;
        }
        try {
            return python.get();
        } catch (ExecutionException e) {
            throw e.getCause(); // also what says that aider cannot be checked here
        }
    }

    private static Path python() throws Exception {
        boolean itsPython =
                Command.succeeds(
                        List.of(
                                "python3",
                                "-c",
                                "import sys; sys.exit(not (3, 10) <= sys.version_info < (3, 13))"));
        assumeTrue(itsPython || inCi(), "python3 is not of a version that aider runs on");
        return PythonVenv.named("aider-venv", Path.of("src/test/clients/agents/requirements.txt"))
                .home()
                .resolve("bin");
    }

    /** A task that is told from others by its name, which stands in each of its requests. */
    private final class Task {
        private final Agent agent;
        private final Path programs;
        private final String name = "made-" + UUID.randomUUID();
        private final Map<SimulatedServer, Counters> since = new HashMap<>();
        private Map<SimulatedServer, Integer> turns = Map.of();
        private long seen;

        Task(Agent agent) throws Throwable {
            this.agent = agent;
            this.programs = programs(agent);
        }

        /** Ends when the agent has done it; with an error when it does not do it right. */
        CompletableFuture<Void> begun() {
            return CompletableFuture.runAsync(this::run, Thread::startVirtualThread);
        }

        private void run() {
            Path folder = Path.of("target/agents", agent + "-" + name);
            try {
                String said =
                        agent.run(
                                programs,
                                folder,
                                program.url().toString(),
                                "Make the file made.txt. This is the task %s.".formatted(name));
                assertThat(folder.resolve("work/made.txt")).as(said).content().isEqualTo(made());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }

        /** Looks at the servers at each new request until this holds. */
        void follow(BooleanSupplier end) {
            await().atMost(Duration.ofMinutes(2))
                    .pollInterval(Duration.ofMillis(5))
                    .until(() -> {
                        look();
                        return end.getAsBoolean();
                    });
            look();
        }

        private void look() {
            long now = fleet.servers().stream().mapToLong(s -> s.counters().inferences()).sum();
            if (now > seen) {
                seen = now;
                turns = counted();
                turns.forEach((server, count) -> {
                    if (count > 1) { // the first, all of which is new, is over
                        since.computeIfAbsent(server, SimulatedServer::counters);
                    }
                });
            }
        }

        /** Of the tokens of all turns but the first at each server. */
        double cachedShare() {
            long tokens = 0;
            long evaluated = 0;
            for (Map.Entry<SimulatedServer, Counters> entry : since.entrySet()) {
                Counters from = entry.getValue();
                Counters to = entry.getKey().counters();
                tokens += to.promptTokens() - from.promptTokens();
                evaluated += to.evaluatedTokens() - from.evaluatedTokens();
            }
            return 1 - (double) evaluated / tokens;
        }

        /** How many turns of its conversation have reached each server that has seen any. */
        Map<SimulatedServer, Integer> turns() {
            return turns;
        }

        /** At the server that has seen most of them. */
        int longest() {
            return turns.values().stream().mapToInt(Integer::intValue).max().orElse(0);
        }

        private Map<SimulatedServer, Integer> counted() {
            return fleet.servers().stream()
                    .filter(server -> turns(server) > 0)
                    .collect(Collectors.toMap(server -> server, this::turns));
        }

        private int turns(SimulatedServer server) {
            return (int)
                    server.received().stream()
                            .map(ReceivedRequest::text)
                            .filter(body -> body.contains(name) && agent.isTurn(body))
                            .count();
        }
    }
}
