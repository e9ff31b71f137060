package dev.aicortex.catalogue.refresh;

import dev.aicortex.catalogue.refresh.RefreshRuns.RefreshEvent;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One refresh of this process, as far as it has come.
 *
 * @param took until its end, or until now
 * @param steps that have begun, in their order; of a run that began again those of its last try
 * @param end null while it runs
 */
public record RefreshRun(
        Instant started, Duration took, List<StepTaken> steps, RefreshEvent.@Nullable End end) {
    /**
     * A step that has begun.
     *
     * @param took until the next one began, or the run ended
     * @param done of {@code total} servers, models or families
     */
    public record StepTaken(Progress.Step step, Duration took, int done, int total) {}

    /** Follows one run by what its followers are told. Thread-safe. */
    static final class Watch {
        private final Clock clock;
        private final Instant started;
        private final List<Begun> steps = new ArrayList<>();
        private RefreshEvent.@Nullable End end;
        private @Nullable Instant ended;

        private record Begun(Instant at, Progress.Step step, int done, int total) {}

        Watch(Clock clock) {
            this.clock = clock;
            this.started = clock.instant();
        }

        synchronized void saw(RefreshEvent event) {
            switch (event) {
                case RefreshEvent.At at -> at(at);
                case RefreshEvent.End last -> {
                    end = last;
                    ended = clock.instant();
                }
            }
        }

        private void at(RefreshEvent.At at) {
            Begun last = steps.isEmpty() ? null : steps.getLast();
            if (last == null || at.step().compareTo(last.step) != 0) {
                if (last != null && at.step().compareTo(last.step) < 0) {
                    steps.clear(); // the volume had changed: all of it is done again
                }
                steps.add(new Begun(clock.instant(), at.step(), at.done(), at.total()));
            } else { // told by several threads, in no certain order
                int done = Math.max(last.done, at.done());
                steps.set(steps.size() - 1, new Begun(last.at, last.step, done, at.total()));
            }
        }

        synchronized RefreshRun seen() {
            Instant until = ended == null ? clock.instant() : ended;
            List<StepTaken> taken = new ArrayList<>();
            for (int i = 0; i < steps.size(); i++) {
                Begun step = steps.get(i);
                Instant next = i + 1 < steps.size() ? steps.get(i + 1).at : until;
                taken.add(
                        new StepTaken(
                                step.step, Duration.between(step.at, next), step.done, step.total));
            }
            return new RefreshRun(started, Duration.between(started, until), taken, end);
        }
    }
}
