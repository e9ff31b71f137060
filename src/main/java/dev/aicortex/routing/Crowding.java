package dev.aicortex.routing;

import dev.aicortex.fleet.Facts;

/**
 * Bounded load: however warm a server is, it does not get more than its share and a quarter, so
 * that what is hot overflows to the others and does not queue. The shares are those of the servers
 * that have the model in memory; when there is enough to do, of those too that have room for it.
 *
 * @param inFlight the most requests at once, this one included, of a server without a free place
 * @param recent the most requests of about the last minute, for what begins a conversation: what
 *     goes on stays where it is warm
 * @param least with fewer than these a server comes first for what begins a conversation
 * @param withRoom whether servers count that have nothing in memory
 * @param service the longest of a server that is to have its share, in milliseconds
 */
record Crowding(int inFlight, double recent, double least, boolean withRoom, double service) {
    private static final double BOUND = 1.25;

    /** Requests a minute and server that are worth loading the model on all of them. */
    private static final double ENOUGH = 4;

    /** Two conversations that begin at once are no crowd yet. */
    private static final double SLACK = 1;

    /** Times as slow as the mean: a share of the work is no share of the requests there. */
    private static final double SLOW = 1.5;

    static final Crowding NEVER =
            new Crowding(Integer.MAX_VALUE, Double.MAX_VALUE, 0, false, Double.MAX_VALUE);

    /**
     * Only what follows caches can crowd a server; the other policies say where requests go.
     *
     * @param looked the facts of those that are looked at
     */
    static Crowding of(Shortlist list, Facts[] looked, Ask ask) {
        double residents = 0;
        double inFlight = 1;
        double recent = 0;
        double roomy = 0;
        double service = 0;
        for (int i = 0; i < looked.length; i++) {
            Facts facts = looked[i];
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
                SLOW * service / (residents + roomy));
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
