package dev.aicortex.routing;

import dev.aicortex.config.Policy;
import dev.aicortex.fleet.Candidates;
import dev.aicortex.fleet.Facts;
import dev.aicortex.fleet.PromptBlocks;
import dev.aicortex.fleet.Server;
import java.util.Collection;

/** Decides whether a request goes to a server now or waits for a place. */
public final class Departure {
    private static final Going NOWHERE = new Going.Nowhere();

    private Departure() {}

    /**
     * To the best server when that has a place. When it has none, a policy that expects times waits
     * for it as long as that costs less than the best of those that have one; the other policies
     * take that one.
     *
     * @param tried servers that the request has been to
     * @param waitedMillis how long it has waited already
     * @param freed the number of the one that has a place again where all were full, so that nobody
     *     has to look for it; or {@link Ranking#NONE}
     */
    public static Going of(
            Candidates candidates,
            Ask ask,
            Collection<Server> tried,
            long nowMillis,
            double waitedMillis,
            int freed) {
        int best = Ranking.best(candidates, ask, tried, nowMillis);
        if (best == Ranking.NONE) {
            return NOWHERE;
        }
        if (!candidates.server(best).full()) {
            return new Going.To(best);
        }
        int free =
                freed != Ranking.NONE && may(candidates, freed, tried, nowMillis)
                        ? freed
                        : Ranking.bestWithPlace(candidates, ask, tried, nowMillis);
        return free == Ranking.NONE || patient(candidates, ask, nowMillis, best, free, waitedMillis)
                ? new Going.Waits(best)
                : new Going.To(free);
    }

    private static boolean may(
            Candidates candidates, int index, Collection<Server> tried, long nowMillis) {
        Server server = candidates.server(index);
        return !server.full()
                && !tried.contains(server)
                && candidates.facts(index, PromptBlocks.NONE, nowMillis).open();
    }

    /** Nobody waits longer than it saves. */
    private static boolean patient(
            Candidates candidates, Ask ask, long nowMillis, int best, int other, double waited) {
        if (ask.policy() != Policy.EXPECTED_FIRST_TOKEN) {
            return false;
        }
        Facts there = candidates.facts(best, ask.prompt(), nowMillis);
        Facts here = candidates.facts(other, ask.prompt(), nowMillis);
        if (here.doubtful()) {
            return true;
        }
        Expectation full = Expectation.of(there, ask.prompt().bytes());
        Expectation free = Expectation.of(here, ask.prompt().bytes());
        double saved = free.millis() - full.load() - full.prefill();
        return Math.max(full.queue(), waited) < saved;
    }
}
