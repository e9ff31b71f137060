package dev.aicortex.routing;

import dev.aicortex.config.Policy;
import dev.aicortex.fleet.Candidates;
import dev.aicortex.fleet.Facts;
import dev.aicortex.fleet.PromptBlocks;
import dev.aicortex.fleet.Server;
import java.util.Collection;

/** Which server is asked next. */
public final class Ranking {
    /** There is none. */
    public static final int NONE = -1;

    /** Of more servers than this that would all have to load the model, so many are looked at. */
    private static final int MOST_COLD = 64;

    private static final int ALL = Integer.MAX_VALUE;

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
        boolean some = ask.policy() == Policy.EXPECTED_FIRST_TOKEN && candidates.size() > MOST_COLD;
        int best = best(candidates, ask, tried, nowMillis, some ? MOST_COLD : ALL);
        boolean poor =
                best == NONE || candidates.facts(best, PromptBlocks.NONE, nowMillis).doubtful();
        return some && poor ? best(candidates, ask, tried, nowMillis, ALL) : best;
    }

    private static int best(
            Candidates candidates,
            Ask ask,
            Collection<Server> tried,
            long nowMillis,
            int mostCold) {
        int size = candidates.size();
        int start = mostCold == ALL ? 0 : Math.floorMod(nowMillis, size);
        Crowding crowding = Crowding.of(candidates, ask, nowMillis, start, mostCold);
        int cold = 0;
        int best = NONE;
        int bestTier = 0;
        double bestScore = 0;
        int bestInFlight = 0;
        long bestTie = 0;
        for (int k = 0; k < size; k++) {
            int i = start + k < size ? start + k : start + k - size;
            if (!candidates.warm(i) && ++cold > mostCold) {
                continue;
            }
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
