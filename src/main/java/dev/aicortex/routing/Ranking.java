package dev.aicortex.routing;

import dev.aicortex.config.Policy;
import dev.aicortex.fleet.Candidates;
import dev.aicortex.fleet.Facts;
import dev.aicortex.fleet.Server;
import java.util.Collection;

/** Which server is asked next. */
public final class Ranking {
    /** There is none. */
    public static final int NONE = -1;

    private Ranking() {}

    /**
     * The best of the candidates that may be asked: one that has not failed lately before one that
     * has, one that is not crowded before one that is, then by the policy; of equals the one with
     * the fewest requests in flight, then the one that the request's key belongs to, or, with a
     * long prompt and no key, the one that was given least lately; then the configured order.
     *
     * @param tried servers that this request has been to
     * @param nowMillis of the servers' clock
     * @return its number, or {@link #NONE}
     */
    public static int best(
            Candidates candidates, Ask ask, Collection<Server> tried, long nowMillis) {
        return ask.policy() == Policy.EXPECTED_FIRST_TOKEN
                ? bestOfShortlist(candidates, ask, tried, nowMillis)
                : bestOfAll(candidates, ask, tried, nowMillis);
    }

    /** Of many candidates some are looked at: more of them, the less is found at first. */
    private static int bestOfShortlist(
            Candidates candidates, Ask ask, Collection<Server> tried, long nowMillis) {
        Shortlist list = Shortlist.of(candidates, ask, nowMillis);
        Best best = best(list, candidates, ask, tried, nowMillis);
        if (best.loads() && !list.whole()) {
            list = Shortlist.forLoad(candidates, ask, nowMillis);
            best = best(list, candidates, ask, tried, nowMillis);
        }
        return best.poor() && !list.whole()
                ? bestOfAll(candidates, ask, tried, nowMillis)
                : best.index();
    }

    /** Each is looked at once: what crowds is judged by the same facts as who is best. */
    private static Best best(
            Shortlist list,
            Candidates candidates,
            Ask ask,
            Collection<Server> tried,
            long nowMillis) {
        Facts[] facts = list.look(candidates, ask.prompt(), nowMillis);
        Best best = new Best(ask, candidates.size(), Crowding.of(list, facts, ask));
        for (int i = 0; i < facts.length; i++) {
            int index = list.index(i);
            if (tried.isEmpty() || !tried.contains(candidates.server(index))) {
                best.consider(index, facts[i]);
            }
        }
        return best;
    }

    private static int bestOfAll(
            Candidates candidates, Ask ask, Collection<Server> tried, long nowMillis) {
        int size = candidates.size();
        Best best = new Best(ask, size, Crowding.NEVER);
        for (int i = 0; i < size; i++) {
            if (tried.isEmpty() || !tried.contains(candidates.server(i))) {
                best.consider(i, candidates.facts(i, ask.prompt(), nowMillis));
            }
        }
        return best.index();
    }
}
