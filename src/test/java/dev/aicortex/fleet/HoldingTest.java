package dev.aicortex.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.aicortex.fleet.observed.Typical;
import dev.aicortex.model.ModelName;
import dev.aicortex.ollama.RunningModel;
import dev.aicortex.ollama.TagList;
import dev.aicortex.testing.StepClock;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What is learned of a model on a server. */
class HoldingTest {
    private static final ModelName NAME = ModelName.of("m:1b");
    private static final long SIZE = 4_000_000_000L;

    private final StepClock clock = new StepClock();
    private final Typical typical = new Typical();
    private final Server server = FleetFixtures.server(0, clock, typical);
    private final Server other = FleetFixtures.server(1, clock, typical);

    private static ServerState state(Server server, RunningModel... running) {
        TagList.Tag tag = new TagList.Tag("m:1b", "m:1b", null, SIZE, "d", null, null, null);
        return new ServerState(
                server, new Health.Up(Instant.EPOCH), "", Map.of(NAME, tag), List.of(running));
    }

    private static RunningModel running(String digest, long vram) {
        return new RunningModel("x", "x", 100, digest, null, null, vram, null);
    }

    private Facts facts(Server of, RunningModel... running) {
        return Pool.of(NAME, List.of(state(of, running)))
                .facts(0, PromptBlocks.NONE, clock.millis());
    }

    private static Job.Told told(long loadMillis, long promptMillis, long evalMillis) {
        return new Job.Told(
                loadMillis * 1_000_000, promptMillis * 1_000_000, evalMillis * 1_000_000);
    }

    private void answer(Server by, Job.Told told) {
        Job job = FleetFixtures.started(by, state(by).holding(NAME), PromptBlocks.NONE);
        job.answers(true);
        job.complete(told, true);
    }

    @Test
    void aModelThatRunsUnderAnotherNameIsInMemory() {
        assertThat(facts(server, running("d", 100)).resident()).isTrue();
        assertThat(facts(other, running("e", 100)).resident()).isFalse();
    }

    private ServerState holds(long size, String content, RunningModel... running) {
        TagList.Tag tag = new TagList.Tag("m:1b", "m:1b", null, size, content, null, null, null);
        return new ServerState(
                server, new Health.Up(Instant.EPOCH), "", Map.of(NAME, tag), List.of(running));
    }

    @Test
    void aTagStaysInMemoryThatAnsweredWithTheWeightsOfAnother() {
        Holding one = holds(SIZE, "one").holding(NAME);
        Holding other = holds(SIZE + 900, "other").holding(NAME);
        Set<String> contents = Set.of("one", "other");
        server.listed(contents, List.of(running("one", 100)));
        Job job = FleetFixtures.started(server, other, FleetFixtures.prompt("ab"));
        job.answers(true);
        job.complete(told(1, 100, 100), true);
        for (int probes = 0; probes < 3; probes++) {
            server.listed(contents, List.of(running("one", 100)));
            assertThat(other.resident()).isTrue();
            assertThat(other.cachedBytes(FleetFixtures.prompt("abc"))).isPositive();
        }
        assertThat(one.resident()).isTrue();
        server.listed(contents, List.of());
        assertThat(other.resident()).isFalse();
        server.listed(contents, List.of(running("one", 100)));
        assertThat(other.resident()).as("it has not answered since").isFalse();
    }

    @Test
    void aModelThatIsPushedOutByOneOfItsSizeIsGone() {
        Holding one = holds(SIZE, "one").holding(NAME);
        Holding other = holds(SIZE + 900, "other").holding(NAME);
        Set<String> contents = Set.of("one", "other");
        Job job = FleetFixtures.started(server, one, PromptBlocks.NONE);
        job.answers(true);
        job.complete(told(1, 100, 100), true);
        server.listed(contents, List.of(running("other", 100)));
        assertThat(one.resident()).isFalse();
        assertThat(other.resident()).isTrue();
    }

    @Test
    void aTagIsGoneThatAnsweredWhenOnlyAnotherModelIsInMemory() {
        Holding larger = holds(2 * SIZE, "larger").holding(NAME);
        Holding gone = holds(SIZE, "gone").holding(NAME);
        Job job = FleetFixtures.started(server, gone, PromptBlocks.NONE);
        job.answers(true);
        job.complete(told(1, 100, 100), true);
        server.listed(Set.of("larger", "gone"), List.of(running("larger", 100)));
        assertThat(larger.resident()).isTrue();
        assertThat(gone.resident()).isFalse();
    }

    @Test
    void promptsThatAreEvaluatedAreWaitedForUntilTheyAnswer() {
        answer(prompt("abcd"), 1_000);
        Job first = FleetFixtures.started(server, state(server).holding(NAME), prompt("wxyz"));
        Job second = FleetFixtures.started(server, state(server).holding(NAME), prompt("qrst"));
        clock.step(500);
        assertThat(facts(prompt("x")).evaluating()).isEqualTo(1_500);
        first.answers(true);
        assertThat(facts(prompt("x")).evaluating()).isEqualTo(1_500);
        second.end(); // its client left
        assertThat(facts(prompt("x")).evaluating()).isZero();
    }

    @Test
    void anEvaluationBesideOthersDoesNotTellHowLongOneTakes() {
        answer(prompt("abcd"), 1_000);
        Holding holding = state(server).holding(NAME);
        Job first = FleetFixtures.started(server, holding, prompt("mnop"));
        Job second = FleetFixtures.started(server, holding, prompt("wxyz"));
        first.answers(true);
        second.answers(true);
        first.complete(told(0, 2_000, 100), true);
        second.complete(told(0, 2_000, 100), true);
        double cold = facts(prompt("x")).perKilobyte();
        assertThat(cold).isCloseTo(1_000 * 1_024 / 4_000.0, within(1e-6));
    }

    @Test
    void aFamilyThatRunsOneByOneHasOnePlaceUntilTwoAreAnsweredAtOnce() {
        FleetFixtures.runs(server, "0.33.0");
        Holding holding = server.holding("d", SIZE, "qwen35", List.of(running("d", 100)));
        Job first = FleetFixtures.started(server, holding, PromptBlocks.NONE);
        assertThat(holding.full()).isFalse();
        Job second = FleetFixtures.started(server, holding, PromptBlocks.NONE);
        assertThat(holding.full()).isTrue();
        assertThat(holding.reserve()).isFalse();
        first.answers(true);
        second.answers(true);
        assertThat(holding.parallel()).as("an end may be read late").isEqualTo(1);
        for (int i = 0; i < 2; i++) {
            second.end();
            second = FleetFixtures.started(server, holding, PromptBlocks.NONE);
            second.answers(true);
        }
        assertThat(holding.parallel()).isEqualTo(2);
        assertThat(holding.full()).isFalse();
    }

    @Test
    void aLoadThatNobodySawIsGuessedBySize() {
        assertThat(facts(server).load()).isEqualTo(4_000);
    }

    @Test
    void aLoadThatWasSeenElsewhereIsExpectedHereUntilOneIsSeenHere() {
        answer(other, told(7_000, 0, 500));
        assertThat(facts(server).load()).isEqualTo(7_000);
        answer(server, told(3_000, 0, 500));
        server.listed(Set.of("d"), List.of());
        assertThat(facts(server).load()).isEqualTo(3_000);
    }

    @Test
    void aModelThatMayHaveToMakeRoomCostsMore() {
        server.listed(Set.of("d"), List.of(running("e", 100)));
        assertThat(facts(server).load()).isEqualTo(5_000);
    }

    @Test
    void aLoadThatIsUnderWayIsShorterForWhoComesLater() {
        Job first = FleetFixtures.started(server, state(server).holding(NAME), PromptBlocks.NONE);
        clock.step(3_500);
        assertThat(facts(server).load()).isEqualTo(500);
        clock.step(2_500);
        assertThat(facts(server).load()).as("it takes longer than it should").isEqualTo(6_000);
        first.end(); // its client left, and the server has stopped loading
        assertThat(facts(server).load()).isEqualTo(4_000);
    }

    @Test
    void anAnswerShowsThatTheModelIsInMemoryBeforeAProbeDoes() {
        answer(server, told(2_500, 10, 10));
        assertThat(facts(server).resident()).isTrue();
    }

    @Test
    void theNewestServiceTimesCountMost() {
        answer(server, told(0, 100, 900));
        assertThat(facts(server).service()).isEqualTo(1_000);
        answer(server, told(0, 100, 1_900));
        assertThat(facts(server).service()).isEqualTo(1_200);
    }

    @Test
    void ourOwnClockTellsWhereTheAnswerDoesNot() {
        server.listed(Set.of("d"), List.of(running("d", 100)));
        Job job =
                FleetFixtures.started(
                        server, state(server, running("d", 100)).holding(NAME), PromptBlocks.NONE);
        clock.step(200);
        job.answers(true);
        clock.step(1_000);
        job.complete(Job.Told.NOTHING, true);
        assertThat(facts(server).service()).isEqualTo(1_200);
    }

    @Test
    void whatWasLearnedElsewhereIsSlowerWhereTheGpuHasNoRoom() {
        answer(other, told(0, 100, 900));
        server.listed(Set.of("d"), List.of(running("d", 50)));
        assertThat(facts(server, running("d", 50)).service()).isCloseTo(3_000, within(1e-6));
    }

    @Test
    void answersThatComeAtTheSameTimeShowHowManyPlacesThereAre() {
        Holding holding = state(server).holding(NAME);
        List<Job> jobs =
                List.of(
                        FleetFixtures.started(server, holding, PromptBlocks.NONE),
                        FleetFixtures.started(server, holding, PromptBlocks.NONE),
                        FleetFixtures.started(server, holding, PromptBlocks.NONE));
        assertThat(server.parallel()).isEqualTo(1);
        jobs.get(0).answers(true);
        jobs.get(1).answers(true);
        jobs.get(1).end();
        jobs.get(2).answers(true);
        assertThat(server.parallel()).isEqualTo(2);
        jobs.forEach(Job::end);
        assertThat(server.inFlight()).isZero();
    }

    @Test
    void aLengthThatIsTheServersOwnIsNoOther() {
        Holding holding =
                state(server, new RunningModel("x", "x", 100, "d", null, null, 100, 4_096))
                        .holding(NAME);
        holding.loadedWith(4_096);
        assertThat(holding.askedLength()).isZero();
        assertThat(holding.contextLength()).isEqualTo(4_096);
        holding.loadedWith(8_192);
        assertThat(holding.askedLength()).isEqualTo(8_192);
    }

    @Test
    void aModelThatIsGoneIsForgotten() {
        answer(server, told(0, 100, 900));
        server.listed(Set.of(), List.of());
        assertThat(state(server).holding(NAME).resident()).isFalse();
    }

    private void answer(PromptBlocks prompt, long promptMillis) {
        Job job = FleetFixtures.started(server, state(server).holding(NAME), prompt);
        job.answers(true);
        job.complete(told(0, promptMillis, 100), true);
    }

    private Facts facts(PromptBlocks prompt) {
        return Pool.of(NAME, List.of(state(server))).facts(0, prompt, clock.millis());
    }

    private static PromptBlocks prompt(String letters) {
        PromptBlocks blocks = FleetFixtures.prompt(letters);
        return new PromptBlocks(
                blocks.hashes(), Arrays.stream(blocks.ends()).map(end -> end * 10).toArray());
    }

    @Test
    void onlyPromptsThatHadToBeEvaluatedTellHowLongThatTakes() {
        answer(prompt("abcd"), 1_000);
        double cold = facts(prompt("x")).perKilobyte();
        assertThat(cold).isCloseTo(1_000 * 1_024 / 4_000.0, within(1e-6));
        answer(prompt("abcd"), 10);
        assertThat(facts(prompt("x")).perKilobyte()).isEqualTo(cold);
        assertThat(facts(prompt("abcd")).cachedBytes()).isEqualTo(4_000);
    }

    @Test
    void aCacheThatIsNeverThereIsExpectedLessAndLess() {
        answer(prompt("abcd"), 1_000);
        for (int i = 0; i < 12; i++) {
            answer(prompt("abcd"), 1_000);
        }
        assertThat(facts(prompt("abcd")).cachedBytes()).isLessThan(1_200);
    }
}
