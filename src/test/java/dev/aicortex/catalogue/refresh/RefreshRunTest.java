package dev.aicortex.catalogue.refresh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aicortex.catalogue.refresh.Progress.Step;
import dev.aicortex.catalogue.refresh.RefreshRun.StepTaken;
import dev.aicortex.catalogue.refresh.RefreshRuns.RefreshEvent;
import dev.aicortex.testing.StepClock;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class RefreshRunTest {
    private final StepClock clock = new StepClock();
    private final RefreshRun.Watch watch = new RefreshRun.Watch(clock);

    private void saw(RefreshEvent event, long thenMillis) {
        watch.saw(event);
        clock.step(thenMillis);
    }

    private static RefreshEvent.At at(Step step, int done, int total) {
        return new RefreshEvent.At(step, done, total);
    }

    private static StepTaken taken(Step step, long millis, int done, int total) {
        return new StepTaken(step, Duration.ofMillis(millis), done, total);
    }

    @Test
    void tellsHowLongEachStepTook() {
        Instant start = clock.instant();
        clock.step(2);
        saw(at(Step.CHECK, 0, 3), 10);
        saw(at(Step.CHECK, 3, 3), 1);
        saw(at(Step.FETCH, 0, 2), 20);
        saw(new RefreshEvent.Failed("the disk is full"), 1_000);

        RefreshRun run = watch.seen();

        assertThat(run.started()).isEqualTo(start);
        assertThat(run.took()).isEqualTo(Duration.ofMillis(33));
        assertThat(run.end()).isEqualTo(new RefreshEvent.Failed("the disk is full"));
        assertThat(run.steps())
                .containsExactly(taken(Step.CHECK, 11, 3, 3), taken(Step.FETCH, 20, 0, 2));
    }

    @Test
    void goesOnWhileItRuns() {
        saw(at(Step.CHECK, 0, 3), 5);
        assertThat(watch.seen().end()).isNull();
        assertThat(watch.seen().steps()).containsExactly(taken(Step.CHECK, 5, 0, 3));
        clock.step(5);
        assertThat(watch.seen().took()).isEqualTo(Duration.ofMillis(10));
    }

    @Test
    void neverGoesBackWhereThreadsTellOutOfOrder() {
        saw(at(Step.CHECK, 2, 3), 1);
        saw(at(Step.CHECK, 1, 3), 1);
        assertThat(watch.seen().steps()).containsExactly(taken(Step.CHECK, 2, 2, 3));
    }

    @Test
    void beginsAgainWithARunThatDoes() {
        saw(at(Step.CHECK, 1, 1), 5);
        saw(at(Step.APPLY, 0, 1), 5);
        saw(at(Step.CHECK, 0, 1), 5);
        assertThat(watch.seen().steps()).containsExactly(taken(Step.CHECK, 5, 0, 1));
        assertThat(watch.seen().took()).isEqualTo(Duration.ofMillis(15));
    }
}
