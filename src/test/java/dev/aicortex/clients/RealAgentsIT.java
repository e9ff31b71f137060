package dev.aicortex.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.aicortex.simulator.Fault;
import dev.aicortex.simulator.Settings;
import dev.aicortex.simulator.SimulatedFleet;
import dev.aicortex.simulator.SimulatedModel;
import dev.aicortex.testing.Program;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The packaged program, used by coding agents that each do a small task. With its defaults, but
 * that it looks at a silent server sooner.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RealAgentsIT {
    private static final String SHELL = "echo made > made.txt";

    /** Words come before the call, so that a server can break off in the middle of an answer. */
    private static final Settings EACH =
            Settings.defaults()
                    .withModels(List.of(SimulatedModel.named(ClientFleet.CHAT)))
                    .withWordsBeforeCall(8)
                    .withCall("exec_command", "{\"cmd\":\"" + SHELL + "\"}")
                    .withCall("bash", "{\"command\":\"" + SHELL + "\"}")
                    .withCall(
                            "run_shell_command",
                            "{\"command\":\"" + SHELL + "\",\"is_background\":false}");

    private static final int IN_THE_MIDDLE = 6;
    private static final Duration LOOK_AFTER = Duration.ofSeconds(2);

    private final Vertx vertx = Vertx.vertx();
    private final SimulatedFleet fleet = SimulatedFleet.start(vertx, 3, EACH);
    private Path programs;
    private Program program;

    @BeforeAll
    void start() throws Exception {
        boolean runnable = Scripts.AGENTS.runnable();
        assumeTrue(
                runnable || "true".equals(System.getenv("CI")),
                "node is not here: no agent is checked");
        programs = Scripts.AGENTS.installed().resolve("node_modules/.bin");
        String servers = fleet.urls().stream().map(URI::toString).collect(Collectors.joining(","));
        program =
                Program.start(
                        Map.of(
                                "CORTEX_SERVERS",
                                servers,
                                "CORTEX_LOOK_AFTER",
                                LOOK_AFTER.toString()),
                        "--port",
                        "0");
        program.ready();
    }

    @AfterAll
    void stop() throws InterruptedException {
        if (program != null) {
            program.close();
        }
        fleet.close();
        vertx.close();
    }

    @ParameterizedTest
    @EnumSource(Agent.class)
    void doesATaskWithACallOfATool(Agent agent) throws Exception {
        fleet.heal();
        doesItsTask(agent);
    }

    /** Two answers, since an agent may begin with a title for the task. */
    @ParameterizedTest
    @EnumSource(Agent.class)
    void triesAgainWhenItsServerDiesInTheMiddleOfAnAnswer(Agent agent) throws Exception {
        fleet.heal();
        fleet.fault(new Fault.CutClose(IN_THE_MIDDLE), 2);
        doesItsTask(agent);
    }

    /** Longer than any server is silent that only speaks. */
    @Test
    void waitsForAServerThatComposesACallForLong() throws Exception {
        fleet.heal();
        fleet.fault(Fault.silence(IN_THE_MIDDLE, LOOK_AFTER.multipliedBy(3)), 1);
        long before = inferences();
        doesItsTask(Agent.CODEX);
        assertThat(inferences())
                .as("the call, and the words about its result")
                .isEqualTo(before + 2);
    }

    private void doesItsTask(Agent agent) throws IOException, InterruptedException {
        Path folder = Path.of("target/agents", agent.name() + "-" + UUID.randomUUID());
        String said =
                agent.run(programs, folder, program.url().toString(), "Make the file made.txt.");
        assertThat(folder.resolve("work/made.txt")).as(said).content().isEqualTo("made\n");
    }

    private long inferences() {
        return fleet.servers().stream().mapToLong(s -> s.counters().inferences()).sum();
    }
}
