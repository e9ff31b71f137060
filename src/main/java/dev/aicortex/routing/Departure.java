package dev.aicortex.routing;

import dev.aicortex.config.Policy;
import dev.aicortex.fleet.Candidates;
import dev.aicortex.fleet.Facts;
import dev.aicortex.fleet.PromptBlocks;
import dev.aicortex.fleet.Server;
import java.util.Collection;

/** Whether a request goes to a server now or waits for a place; servers by their number. */
public sealed interface Departure {
    /** It goes to this one, which has a place for it. */
    record To(int index) implements Departure {}

    /** It waits for this one, until a place is free. */
    record Waits(int index) implements Departure {}

    /** There is no server that it may go to. */
    record Nowhere() implements Departure {}

    /**
     * To the best server when that has a place. When it has none, a policy that expects times waits
     * for it as long as that costs less than the best of those that have one; the other policies
     * take that one.
     *
     * @param tried servers that the request has been to
     * @param waitedMillis how long it has waited already
     * @param freed the number of a server that has a place again, or {@link Ranking#NONE}
     */
    static Departure of(
            Candidates candidates,
            Ask ask,
            Collection<Server> tried,
            long nowMillis,
            double waitedMillis,
            int freed) {
        int best = Ranking.best(candidates, ask, tried, nowMillis);
        if (best == Ranking.NONE) {
            return new Nowhere();
        }
        if (!candidates.full(best)) {
            return new To(best);
        }
        int free =
                freed != Ranking.NONE && may(candidates, freed, tried, nowMillis)
                        ? freed
                        : Ranking.bestWithPlace(candidates, ask, tried, nowMillis);
        return free == Ranking.NONE || patient(candidates, ask, nowMillis, best, free, waitedMillis)
                ? new Waits(best)
                : new To(free);
    }

    private static boolean may(
            Candidates candidates, int index, Collection<Server> tried, long nowMillis) {
        return !candidates.full(index)
                && !tried.contains(candidates.server(index))
                && candidates.facts(index, PromptBlocks.NONE, nowMillis).open();
    }

    /** Nobody waits longer than it saves, to this one and to all others. */
    private static boolean patient(
            Candidates candidates, Ask ask, long nowMillis, int best, int other, double waited) {
        if (ask.policy() != Policy.EXPECTED_FIRST_TOKEN) {
            return false;
        }
        PromptBlocks prompt = ask.prompt();
        Expectation full =
                Expectation.of(candidates.facts(best, prompt, nowMillis), prompt.bytes());
        Facts here = candidates.facts(other, prompt, nowMillis);
        Expectation now = Expectation.of(here, prompt.bytes());
        double work = now.load() + now.prefill() - full.load() - full.prefill();
        double saved = now.queue() + work * Ranking.toll(candidates, ask, nowMillis);
        return here.doubtful() || Math.max(full.queue(), waited) < saved;
    }
}
