package dev.aicortex.gateway;

import dev.aicortex.fleet.Outcome;
import dev.aicortex.fleet.Server;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * One request on one server, and perhaps on a second one beside it: the first that begins a good
 * answer gives it, and the other's work ends at once. A failure counts when no other one runs.
 * Confined to its event loop.
 */
final class Race {
    private final Errand errand;
    private final Consumer<Run> fallen;
    private final Hedging hedging;
    private final List<Run> running = new ArrayList<>(2);
    private final Promise<Void> decided = Promise.promise();
    private final Promise<Run> end = Promise.promise();

    /**
     * One server's part in it.
     *
     * @param outcome once it is over
     * @param expectedMillis until its first byte
     */
    record Run(
            Attempt attempt,
            Server server,
            Future<Outcome> outcome,
            double expectedMillis,
            long startedNanos) {
        /** Of one that is over. */
        Outcome told() {
            return outcome.result();
        }

        private double late() {
            return (System.nanoTime() - startedNanos) / 1e6 - expectedMillis;
        }
    }

    /**
     * @param fallen is told of those that are over while another one runs, or has won
     */
    Race(Errand errand, Hedging hedging, Consumer<Run> fallen) {
        this.errand = errand;
        this.hedging = hedging;
        this.fallen = fallen;
    }

    /** Done when one is ahead, or all are over: no further one is of use. */
    Future<Void> decided() {
        return decided.future();
    }

    /** The run that decided it, and that is over. */
    Future<Run> end() {
        return end.future();
    }

    /** One more server is asked. */
    void enter(
            Attempt attempt,
            Server server,
            double expectedMillis,
            Supplier<Future<Outcome>> start) {
        Promise<Outcome> outcome = Promise.promise();
        Run run = new Run(attempt, server, outcome.future(), expectedMillis, System.nanoTime());
        running.add(run);
        attempt.whenAhead(() -> ahead(run));
        outcome.future().onSuccess(_ -> over(run)).onFailure(end::tryFail);
        start.get().onComplete(outcome);
    }

    private void ahead(Run run) {
        running.forEach(each -> hedging.learn(errand.model(), each.late()));
        decided.tryComplete();
        stopOthers(run);
        errand.ahead(run.attempt(), run.server());
    }

    private void stopOthers(Run than) {
        for (Run other : List.copyOf(running)) {
            if (!other.equals(than)) {
                other.attempt().outrun();
            }
        }
    }

    private void over(Run run) {
        running.remove(run);
        if (end.future().isComplete() || (!running.isEmpty() && !decides(run.told()))) {
            fallen.accept(run);
            return;
        }
        decided.tryComplete();
        end.complete(run); // first: the others end within the next call
        stopOthers(run);
    }

    private static boolean decides(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Answered _, Outcome.Rejected _, Outcome.Unsent _, Outcome.ClientGone _ ->
                    true;
            case Outcome.Refused _,
                    Outcome.Broken _,
                    Outcome.Lost _,
                    Outcome.Full _,
                    Outcome.Outrun _ ->
                    false;
        };
    }
}
