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

    private static final long GOLDEN = 0x9e3779b97f4a7c15L;
    private static final double UNIT = 0x1.0p-53;

    // what comes before any policy: the lowest is asked first
    private static final int UNDERUSED = 0;
    private static final int GOOD = 1;
    private static final int CROWDED = 2;
    private static final int DOUBTFUL = 3;

    private final Candidates candidates;
    private final Ask ask;
    private final Collection<Server> tried;
    private final boolean withPlace;
    private final long nowMillis;
    private Crowding crowding = Crowding.NEVER;

    // the best of those that were considered so far
    private int index = NONE;
    private int tier;
    private boolean loads;
    private double score;
    private int inFlight;
    private long tie;

    private Ranking(
            Candidates candidates,
            Ask ask,
            Collection<Server> tried,
            boolean withPlace,
            long nowMillis) {
        this.candidates = candidates;
        this.ask = ask;
        this.tried = tried;
        this.withPlace = withPlace;
        this.nowMillis = nowMillis;
    }

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
        return new Ranking(candidates, ask, tried, false, nowMillis).best();
    }

    /** The same of those that have a place free. */
    static int bestWithPlace(
            Candidates candidates, Ask ask, Collection<Server> tried, long nowMillis) {
        return new Ranking(candidates, ask, tried, true, nowMillis).best();
    }

    /** How much work counts now, against waiting. */
    static double toll(Candidates candidates, Ask ask, long nowMillis) {
        Shortlist list = Shortlist.of(candidates, ask, nowMillis);
        return Crowding.of(list, list.look(candidates, PromptBlocks.NONE, nowMillis), ask).toll();
    }

    private int best() {
        return ask.policy() == Policy.EXPECTED_FIRST_TOKEN ? bestOfShortlist() : bestOfAll();
    }

    /** Of many candidates some are looked at: more of them, the less is found at first. */
    private int bestOfShortlist() {
        Shortlist list = Shortlist.of(candidates, ask, nowMillis);
        lookAt(list);
        if (loads && !list.whole()) {
            list = Shortlist.forLoad(candidates, ask, nowMillis);
            lookAt(list);
        }
        boolean poor = index == NONE || tier == DOUBTFUL;
        return poor && !list.whole() ? bestOfAll() : index;
    }

    /** Each is looked at once: what crowds is judged by the same facts as who is best. */
    private void lookAt(Shortlist list) {
        Facts[] facts = list.look(candidates, ask.prompt(), nowMillis);
        begin(Crowding.of(list, facts, ask));
        for (int i = 0; i < facts.length; i++) {
            int candidate = list.index(i);
            if (mayHave(candidate)) {
                consider(candidate, facts[i]);
            }
        }
    }

    private int bestOfAll() {
        begin(Crowding.NEVER);
        int size = candidates.size();
        for (int i = 0; i < size; i++) {
            if (mayHave(i)) {
                consider(i, candidates.facts(i, ask.prompt(), nowMillis));
            }
        }
        return index;
    }

    private void begin(Crowding with) {
        crowding = with;
        index = NONE;
        loads = false;
    }

    private boolean mayHave(int candidate) {
        if (tried.isEmpty() && !withPlace) {
            return true;
        }
        return !(withPlace && candidates.full(candidate))
                && !tried.contains(candidates.server(candidate));
    }

    private void consider(int candidate, Facts facts) {
        if (!facts.open()) {
            return;
        }
        int itsTier = tier(facts);
        double itsScore = score(facts, candidate);
        long itsTie = tie(facts);
        if (index == NONE || better(itsTier, itsScore, facts.inFlight(), itsTie)) {
            index = candidate;
            loads = !facts.resident();
            tier = itsTier;
            score = itsScore;
            inFlight = facts.inFlight();
            tie = itsTie;
        }
    }

    private boolean better(int itsTier, double itsScore, int itsInFlight, long itsTie) {
        if (itsTier != tier) {
            return itsTier < tier;
        }
        int order = Double.compare(itsScore, score);
        if (order != 0) {
            return order < 0;
        }
        return itsInFlight != inFlight ? itsInFlight < inFlight : itsTie < tie;
    }

    private int tier(Facts facts) {
        if (facts.doubtful()) {
            return DOUBTFUL;
        }
        if (crowding.of(facts)) {
            return CROWDED;
        }
        return crowding.leavesOut(facts) ? UNDERUSED : GOOD;
    }

    /** Under the policy: the lower the better. */
    private double score(Facts facts, int candidate) {
        return switch (ask.policy()) {
            case EXPECTED_FIRST_TOKEN -> expected(facts).cost(crowding.toll());
            case LEAST_BUSY -> 0;
            case ROUND_ROBIN -> Math.floorMod(candidate - ask.turn(), candidates.size());
            // one without a free place comes after all that have one
            case PRIORITY -> (facts.inFlight() >= facts.parallel() ? 1e10 : 0) + facts.priority();
            case WEIGHTED -> -Math.log(share(ask.turn(), candidate)) / facts.weight();
        };
    }

    private Expectation expected(Facts facts) {
        return Expectation.of(facts, ask.prompt().bytes());
    }

    /** Of equals: the one that attracts the key most, or has had least lately, or is the first. */
    private long tie(Facts facts) {
        if (ask.key() != 0) {
            return ~attraction(ask.key(), facts.position());
        }
        long recent = ask.isLong() ? (long) facts.recent() : 0;
        return (recent << 32) + facts.position();
    }

    /**
     * How much a server attracts a key: any number, the highest wins. Each key has an order of
     * servers of its own, which hardly changes when a server comes or goes (rendezvous hashing).
     */
    static long attraction(long key, int server) {
        long mixed = key ^ (server + 1) * GOLDEN;
        mixed = (mixed ^ mixed >>> 30) * 0xbf58476d1ce4e5b9L;
        mixed = (mixed ^ mixed >>> 27) * 0x94d049bb133111ebL;
        return mixed ^ mixed >>> 31;
    }

    /** The same as a share, above 0 and at most 1. */
    private static double share(long key, int server) {
        return ((attraction(key, server) >>> 11) + 1) * UNIT;
    }

    /**
     * Bounded load: however warm a server is, it does not get more than its share and a quarter, so
     * that what is hot overflows to the others and does not queue. The shares are those of the
     * servers that have the model in memory; when there is enough to do, of those too that have
     * room for it.
     *
     * @param inFlight the most requests at once, this one included, of a server without a free
     *     place
     * @param recent the most requests of about the last minute, for what begins a conversation:
     *     what goes on stays where it is warm
     * @param least with fewer than these a server comes first for what begins a conversation
     * @param withRoom whether servers count that have nothing in memory
     * @param service the longest of a server that is to have its share, in milliseconds
     * @param toll on work
     */
    private record Crowding(
            int inFlight,
            double recent,
            double least,
            boolean withRoom,
            double service,
            double toll) {
        private static final double BOUND = 1.25;

        /** Requests a minute and server that are worth loading the model on all of them. */
        private static final double ENOUGH = 4;

        /** Two conversations that begin at once are no crowd yet. */
        private static final double SLACK = 1;

        /** Times as slow as the mean: a share of the work is no share of the requests there. */
        private static final double SLOW = 1.5;

        static final Crowding NEVER =
                new Crowding(Integer.MAX_VALUE, Double.MAX_VALUE, 0, false, Double.MAX_VALUE, 1);

        /**
         * @param looked the facts of those on the list
         */
        static Crowding of(Shortlist list, Facts[] looked, Ask ask) {
            double residents = 0;
            double inFlight = 1;
            double recent = 0;
            double roomy = 0;
            double service = 0;
            double working = 0;
            double places = 0;
            for (int i = 0; i < looked.length; i++) {
                Facts facts = looked[i];
                if (facts.open()) {
                    working += facts.working() * list.each(i);
                    places += facts.parallel() * list.each(i);
                }
                if (facts.open() && !facts.doubtful() && (facts.resident() || facts.room())) {
                    double each = list.each(i);
                    residents += facts.resident() ? each : 0;
                    roomy += facts.resident() ? 0 : each;
                    inFlight += facts.inFlight() * each;
                    recent += facts.recent() * each;
                    service += facts.service() * each;
                }
            }
            boolean withRoom = recent >= ENOUGH * (residents + roomy);
            double servers = withRoom ? residents + roomy : residents;
            if (servers == 0) {
                return NEVER;
            }
            boolean settles = ask.settles();
            return new Crowding(
                    (int) Math.ceil(BOUND * inFlight / servers),
                    settles ? BOUND * recent / servers + SLACK : Double.MAX_VALUE,
                    settles && withRoom ? recent / servers / BOUND - SLACK : 0,
                    withRoom,
                    SLOW * service / (residents + roomy),
                    Expectation.toll(working, places));
        }

        /** Whether the server has had so little of its share that it is due. */
        boolean leavesOut(Facts facts) {
            return facts.recent() < least && counts(facts) && facts.service() <= service;
        }

        private boolean counts(Facts facts) {
            return facts.resident() || (withRoom && facts.room());
        }

        /** Whether the server has had its share. */
        boolean of(Facts facts) {
            boolean full = facts.inFlight() >= Math.max(inFlight, facts.parallel());
            return counts(facts) && (full || facts.recent() >= recent);
        }
    }
}
