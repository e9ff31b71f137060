package dev.aicortex.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aicortex.config.Policy;
import dev.aicortex.model.Priority;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The figures of docs/performance.md, each on one seed: the runs are the same every time. */
class SimulationTest {
    private static final double MINUTE = 60_000;
    private static final Simulation.Rule OURS = Simulation.Rule.of(Policy.EXPECTED_FIRST_TOKEN);
    private static final Simulation.Rule ROUND_ROBIN = Simulation.Rule.of(Policy.ROUND_ROBIN);
    private static final Simulation.Rule LEAST_BUSY = Simulation.Rule.of(Policy.LEAST_BUSY);

    @Test
    void chatsDoNotWaitForAVeryLongPromptWhileAnotherServerIsFree() {
        List<Hardware> fleet = RoutingFigures.fleet(4, RoutingFigures.PLACES, true);
        Result ours = RoutingFigures.besideLongPrompts(fleet, OURS);
        assertThat(ours.p99() * 4)
                .isLessThan(RoutingFigures.besideLongPrompts(fleet, LEAST_BUSY).p99());
    }

    /** A server answers one request at a time unless it is told otherwise. */
    @Test
    void serversOfOnePlaceAreNotKeptWaitingForWhatOthersOverwriteAnyway() {
        List<Hardware> fleet = RoutingFigures.fleet(8, 1, true);
        Mix crowded = Mix.conversations(28, 2_000, 10_000);
        Mix roomy = Mix.conversations(200, 100, 60_000);
        double ours = new Simulation(crowded, fleet, OURS, 42).run(20 * MINUTE).mean();
        double theirs = new Simulation(crowded, fleet, LEAST_BUSY, 42).run(20 * MINUTE).mean();
        assertThat(ours).isLessThan(1.1 * theirs);
        assertThat(new Simulation(roomy, fleet, OURS, 42).run(20 * MINUTE).mean())
                .isLessThan(3_000);
    }

    private static Result run(Mix mix, boolean llamaServer, Simulation.Rule rule) {
        List<Hardware> fleet = RoutingFigures.fleet(8, RoutingFigures.PLACES, llamaServer);
        return new Simulation(mix, fleet, rule, 42).run(20 * MINUTE);
    }

    @Test
    void agentsAreAnsweredFiveTimesSoonerAlthoughTheyAskBeside() {
        Mix mix = Mix.agents(20, 5);
        Result ours = run(mix, true, OURS);
        assertThat(ours.mean() * 5).isLessThan(run(mix, true, ROUND_ROBIN).mean());
        assertThat(ours.evaluated())
                .isLessThan(1.3 * run(mix, true, Simulation.Rule.ORACLE).evaluated());
    }

    @Test
    void conversationsEvaluateLittleMoreThanWithAnOracle() {
        for (int systemTokens : new int[] {100, 2_000}) {
            Mix mix = Mix.conversations(28, systemTokens, 10_000);
            Result ours = run(mix, true, OURS);
            Result oracle = run(mix, true, Simulation.Rule.ORACLE);
            assertThat(ours.evaluated()).isLessThan(1.3 * oracle.evaluated());
        }
    }

    @Test
    void withoutThinkTimeTheFleetAnswersEighteenTenthsAsMuch() {
        Mix mix = Mix.conversations(28, 2_000, 0);
        for (boolean llamaServer : new boolean[] {true, false}) {
            Result ours = run(mix, llamaServer, OURS);
            double theirs = run(mix, llamaServer, ROUND_ROBIN).perSecond();
            assertThat(ours.perSecond()).isGreaterThan(1.8 * theirs);
        }
    }

    /** As long as a prompt that is asked again pushes the one before it out, nobody can do more. */
    @Test
    void withOldServersWeAreAsGoodAsWhoKnowsTheirCaches() {
        Mix mix = Mix.conversations(28, 2_000, 10_000);
        Result ours = run(mix, false, OURS);
        assertThat(ours.mean()).isLessThan(1.3 * run(mix, false, Simulation.Rule.ORACLE).mean());
    }

    @Test
    void conversationsThatDoNotFitAreAnsweredAsSoonAsByTheLeastBusy() {
        Mix mix = Mix.conversations(200, 2_000, 60_000);
        Result ours = run(mix, true, OURS);
        assertThat(ours.mean()).isLessThan(1.02 * run(mix, true, LEAST_BUSY).mean());
    }

    @Test
    void modelsAreSeldomLoadedWhereThereAreMoreThanFitTheMemory() {
        Mix mix = new Mix("models", 60, 5, 500, 150, 100, 20_000, 8, 0);
        Result ours = run(mix, true, OURS);
        Result others = run(mix, true, LEAST_BUSY);
        assertThat(ours.loads() * 4).isLessThan(others.loads());
        assertThat(ours.mean() * 2).isLessThan(others.mean());
    }

    @Test
    void urgentRequestsHardlyWaitWhenThreeTimesAsManyComeAsCanBeAnswered() {
        Result alone = Overload.run(Policy.EXPECTED_FIRST_TOKEN, 0.3, 0, 0);
        Result crowded = Overload.run(Policy.EXPECTED_FIRST_TOKEN, 0.3, 0.7, 2);
        double before = alone.classes().get(Priority.INTERACTIVE).p99();
        // a place is held for three and a half seconds
        assertThat(crowded.classes().get(Priority.INTERACTIVE).p99()).isLessThan(before + 1_000);
        assertThat(crowded.perSecond()).isGreaterThan(0.95 * Overload.capacity());
        assertThat(crowded.classes().get(Priority.BATCH).perSecond()).isPositive();
        assertThat(crowded.classes().get(Priority.INTERACTIVE).shedPerSecond()).isZero();
    }
}
