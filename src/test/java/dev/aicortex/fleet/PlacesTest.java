package dev.aicortex.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aicortex.fleet.observed.Typical;
import dev.aicortex.model.ModelName;
import dev.aicortex.ollama.RunningModel;
import dev.aicortex.testing.StepClock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** How many requests a server is given at once, by what it did with those before. */
class PlacesTest {
    private static final ModelName NAME = ModelName.of("m");

    private final StepClock clock = new StepClock();
    private final Server server = server(Map.of());

    private Server server(Map<String, String> keys) {
        return FleetFixtures.server(0, clock, new Typical(), keys);
    }

    private Job start(Server to) {
        ServerState state =
                new ServerState(to, new Health.Up(Instant.EPOCH), "", Map.of(), List.of());
        Holding holding = state.holding(NAME);
        holding.seen(List.of(new RunningModel("m", "m", 1, holding.content(), null, null, 1, 1)));
        return FleetFixtures.started(to, holding, PromptBlocks.NONE);
    }

    private List<Job> start(int number) {
        List<Job> jobs = new ArrayList<>();
        for (int i = 0; i < number; i++) {
            jobs.add(start(server));
        }
        return jobs;
    }

    @Test
    void whatIsConfiguredCounts() {
        assertThat(server(Map.of("cortex.max-concurrent", "3")).limit()).isEqualTo(3);
        assertThat(server(Map.of("cortex.routing.parallel", "7")).limit()).isEqualTo(7);
        Map<String, String> both =
                Map.of("cortex.max-concurrent", "3", "cortex.routing.parallel", "7");
        assertThat(server(both).limit()).isEqualTo(3);
        assertThat(server(both).parallel()).isEqualTo(7);
    }

    @Test
    void aServerThatIsNotKnownGetsTwo() {
        assertThat(server.limit()).isEqualTo(2);
        start(1);
        assertThat(server.reserve()).isTrue();
        assertThat(server.reserve()).isFalse();
        assertThat(server.full()).isTrue();
        server.release();
        assertThat(server.full()).isFalse();
    }

    @Test
    void aServerThatAnswersAllItGetsIsGivenMore() {
        start(4).forEach(job -> job.answers(true));
        assertThat(server.limit()).isEqualTo(5);
        start(16).forEach(job -> job.answers(true));
        assertThat(server.limit()).isEqualTo(25);
    }

    /** Two requests of which the second begins right after the first one's end. */
    private void oneWaitsForTheOther() {
        List<Job> jobs = start(2);
        jobs.getFirst().answers(true);
        clock.step(5_000);
        jobs.getFirst().complete(Job.Told.NOTHING, true);
        clock.step(100);
        jobs.getLast().answers(true);
        jobs.getLast().end();
    }

    @Test
    void aServerThatMakesRequestsWaitIsGivenNoMoreThanItAnswers() {
        for (int i = 0; i < 6; i++) {
            assertThat(server.limit()).isEqualTo(2);
            oneWaitsForTheOther();
        }
        assertThat(server.limit()).isEqualTo(1);
        clock.step(120_000);
        assertThat(server.limit()).isEqualTo(2);
    }

    @Test
    void aChanceIsNoWait() {
        for (int i = 0; i < 9; i++) {
            oneWaitsForTheOther();
            aSlowFirstByteIsNoWait();
        }
    }

    @Test
    void aServerIsTakenToAnswerAsManyAsAnotherOfItsFleet() {
        Typical fleet = new Typical();
        Server first = FleetFixtures.server(0, clock, fleet, Map.of());
        Server second = FleetFixtures.server(1, clock, fleet, Map.of());
        List<Job> jobs = List.of(start(first), start(first), start(first), start(first));
        jobs.forEach(job -> job.answers(true));
        assertThat(second.parallel()).isEqualTo(4);
        assertThat(second.limit()).isEqualTo(5);
    }

    @Test
    void aSlowFirstByteIsNoWait() {
        List<Job> jobs = start(2);
        jobs.getFirst().answers(true);
        clock.step(1_000);
        jobs.getFirst().complete(Job.Told.NOTHING, true);
        clock.step(2_000);
        jobs.getLast().answers(true);
        jobs.getLast().end();
        assertThat(server.limit()).isEqualTo(2);
    }

    @Test
    void whatIsOvertakenIsAtWorkToo() {
        start(1);
        clock.step(100);
        start(1);
        clock.step(100);
        Job third = start(server);
        clock.step(500);
        third.answers(true);
        assertThat(server.parallel()).isEqualTo(3);
    }

    @Test
    void requestsThatCameAtTheSameTimeOvertakeNobody() {
        start(1);
        start(server).answers(true);
        assertThat(server.parallel()).isEqualTo(1);
    }

    @Test
    void documentsThatTakeAsLongTogetherAsAloneAreAnsweredSideBySide() {
        document(1, 1_000);
        for (int i = 0; i < 30; i++) {
            document(2, 1_100);
        }
        assertThat(server.limit()).isEqualTo(3);
    }

    @Test
    void documentsThatTakeLongerTogetherAreNot() {
        document(1, 1_000);
        for (int i = 0; i < 30; i++) {
            document(2, 1_900);
        }
        assertThat(server.limit()).isEqualTo(2);
    }

    private void document(int atOnce, long millis) {
        List<Job> jobs = start(atOnce);
        clock.step(millis);
        jobs.forEach(job -> {
            job.answers(false);
            job.complete(Job.Told.NOTHING, false);
        });
    }
}
