package dev.aicortex.fleet;

/**
 * Which holdings of a pool are warm. It is found out by a look at each of them, and holds until one
 * of them turns; who reads the count of turns first and the holdings then misses none.
 */
final class WarmOnes {
    private static final Found NOTHING = new Found(-1, new int[0]);

    private final Holding[] holdings;
    private final Roster[] rosters;
    private volatile Found found = NOTHING;

    /**
     * @param turns as they were before the look
     */
    @SuppressWarnings("ArrayRecordComponent") // compared by nobody, and not copied for each request
    private record Found(long turns, int[] indices) {}

    WarmOnes(Holding[] holdings, Roster[] rosters) {
        this.holdings = holdings;
        this.rosters = rosters;
    }

    /** Their numbers, ascending. */
    int[] indices() {
        Found known = found;
        long turns = turns();
        if (known.turns != turns) {
            known = new Found(turns, look());
            found = known;
        }
        return known.indices;
    }

    /** Each only ever grows, so the sum tells whether one of them did. */
    private long turns() {
        long sum = 0;
        for (Roster roster : rosters) {
            sum += roster.turns();
        }
        return sum;
    }

    private int[] look() {
        int[] all = new int[holdings.length];
        int warm = 0;
        for (int i = 0; i < all.length; i++) {
            if (holdings[i].warm()) {
                all[warm++] = i;
            }
        }
        return java.util.Arrays.copyOf(all, warm);
    }
}
