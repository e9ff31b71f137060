package dev.aicortex.routing;

import dev.aicortex.fleet.Facts;

/** The best of the candidates that were considered so far. */
final class Best {
    private final Ask ask;
    private final int size;
    private final Crowding crowding;
    private int index = Ranking.NONE;
    private int tier;
    private boolean loads;
    private double score;
    private int inFlight;
    private long tie;

    /**
     * @param size how many candidates there are, considered or not
     */
    Best(Ask ask, int size, Crowding crowding) {
        this.ask = ask;
        this.size = size;
        this.crowding = crowding;
    }

    /** Its number, or {@link Ranking#NONE}. */
    int index() {
        return index;
    }

    /** Whether there may be something better among those that were not considered. */
    boolean poor() {
        return index == Ranking.NONE || tier == Tier.DOUBTFUL;
    }

    /** Whether it would have to load the model. */
    boolean loads() {
        return loads;
    }

    void consider(int candidate, Facts facts) {
        if (!facts.open()) {
            return;
        }
        int itsTier = Tier.of(facts, crowding);
        double itsScore = Score.of(ask, facts, candidate, size);
        long itsTie = tie(ask, facts);
        if (index == Ranking.NONE
                || better(
                        itsTier - tier,
                        Double.compare(itsScore, score),
                        facts.inFlight() - inFlight,
                        Long.compare(itsTie, tie))) {
            index = candidate;
            loads = !facts.resident();
            tier = itsTier;
            score = itsScore;
            inFlight = facts.inFlight();
            tie = itsTie;
        }
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
