package dev.aicortex.routing;

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
        int size = candidates.size();
        Crowding crowding = Crowding.of(candidates, ask, nowMillis);
        int best = NONE;
        int bestTier = 0;
        double bestScore = 0;
        int bestInFlight = 0;
        long bestTie = 0;
        for (int i = 0; i < size; i++) {
            Facts facts = candidates.facts(i, ask.prompt(), nowMillis);
            if (!facts.open() || (!tried.isEmpty() && tried.contains(candidates.server(i)))) {
                continue;
            }
            int tier = Tier.of(facts, crowding);
            double score = Score.of(ask, facts, i, size);
            long tie = tie(ask, facts);
            if (best == NONE
                    || better(
                            tier - bestTier,
                            Double.compare(score, bestScore),
                            facts.inFlight() - bestInFlight,
                            Long.compare(tie, bestTie))) {
                best = i;
                bestTier = tier;
                bestScore = score;
                bestInFlight = facts.inFlight();
                bestTie = tie;
            }
        }
        return best;
    }

    private static boolean better(int tier, int score, int inFlight, int tie) {
        if (tier != 0) {
            return tier < 0;
        }
        if (score != 0) {
            return score < 0;
        }
        return inFlight != 0 ? inFlight < 0 : tie < 0;
    }

    /** Of equals: the one that attracts the key most, or has had least lately, or is the first. */
    private static long tie(Ask ask, Facts facts) {
        if (ask.key() != 0) {
            return ~Rendezvous.weight(ask.key(), facts.position());
        }
        long recent = ask.isLong() ? (long) facts.recent() : 0;
        return (recent << 32) + facts.position();
    }
}
