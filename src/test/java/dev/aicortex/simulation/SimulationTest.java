package dev.aicortex.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aicortex.config.Policy;
import dev.aicortex.model.Priority;
import org.junit.jupiter.api.Test;

/** The figures of docs/routing.md, each on one seed: the runs are the same every time. */
class SimulationTest {
    private static final double MINUTE = 60_000;
    private static final Simulation.Rule OURS = Simulation.Rule.of(Policy.EXPECTED_FIRST_TOKEN);
    private static final Simulation.Rule ROUND_ROBIN = Simulation.Rule.of(Policy.ROUND_ROBIN);
    private static final Simulation.Rule LEAST_BUSY = Simulation.Rule.of(Policy.LEAST_BUSY);

    private static Result run(Mix mix, boolean multiuser, Simulation.Rule rule) {
        return new Simulation(mix, RoutingFigures.fleet(8, multiuser), rule, 42).run(20 * MINUTE);
    }

    @Test
    void conversationsThatFitTheCachesAreAnsweredFiveTimesSooner() {
        Mix mix = Mix.conversations(28, 10_000);
        Result ours = run(mix, true, OURS);
        assertThat(ours.mean() * 5).isLessThan(run(mix, true, ROUND_ROBIN).mean());
        assertThat(ours.imbalance()).isLessThan(1.25);
    }

    @Test
    void withoutThinkTimeTheFleetAnswersEighteenTenthsAsMuch() {
        Mix mix = Mix.conversations(28, 0);
        for (boolean multiuser : new boolean[] {true, false}) {
            Result ours = run(mix, multiuser, OURS);
            double theirs = run(mix, multiuser, ROUND_ROBIN).perSecond();
            assertThat(ours.perSecond()).isGreaterThan(1.8 * theirs);
            assertThat(ours.imbalance()).isLessThan(1.25);
        }
    }

    /** As long as a prompt that is asked again pushes the one before it out, nobody can do more. */
    @Test
    void withTheCachesAsTheyAreByDefaultWeAreAsGoodAsWhoKnowsThem() {
        Mix mix = Mix.conversations(28, 10_000);
        Result ours = run(mix, false, OURS);
        assertThat(ours.mean()).isLessThan(1.3 * run(mix, false, Simulation.Rule.ORACLE).mean());
        assertThat(ours.mean() * 2).isLessThan(run(mix, false, ROUND_ROBIN).mean());
    }

    @Test
    void conversationsThatDoNotFitAreAnsweredAsSoonAsByTheLeastBusy() {
        Mix mix = Mix.conversations(200, 60_000);
        Result ours = run(mix, true, OURS);
        assertThat(ours.mean()).isLessThan(1.02 * run(mix, true, LEAST_BUSY).mean());
        assertThat(ours.imbalance()).isLessThan(1.25);
    }

    @Test
    void modelsAreSeldomLoadedWhereThereAreMoreThanFitTheMemory() {
        Mix mix = new Mix("models", 60, 5, 500, 150, 100, 20_000, 8);
        Result ours = run(mix, true, OURS);
        Result others = run(mix, true, LEAST_BUSY);
        assertThat(ours.loads() * 20).isLessThan(others.loads());
        assertThat(ours.mean() * 2).isLessThan(others.mean());
    }

    @Test
    void urgentRequestsHardlyWaitWhenThreeTimesAsManyComeAsCanBeAnswered() {
        Result alone = Overload.run(Policy.EXPECTED_FIRST_TOKEN, 0.3, 0, 0);
        Result crowded = Overload.run(Policy.EXPECTED_FIRST_TOKEN, 0.3, 0.7, 2);
        double before = alone.classes().get(Priority.INTERACTIVE).p99();
        assertThat(crowded.classes().get(Priority.INTERACTIVE).p99()).isLessThan(1.5 * before);
        assertThat(crowded.perSecond()).isGreaterThan(0.95 * Overload.capacity());
        assertThat(crowded.classes().get(Priority.BATCH).perSecond()).isPositive();
        assertThat(crowded.classes().get(Priority.INTERACTIVE).shedPerSecond()).isZero();
    }
}
