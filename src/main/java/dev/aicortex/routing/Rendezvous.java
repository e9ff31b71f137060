package dev.aicortex.routing;

/**
 * Highest random weight: each key has an order of servers of its own, which hardly changes when a
 * server comes or goes.
 */
final class Rendezvous {
    private static final long GOLDEN = 0x9e3779b97f4a7c15L;
    private static final double UNIT = 0x1.0p-53;

    private Rendezvous() {}

    /** How much a server attracts a key; any number, the highest wins. */
    static long weight(long key, int server) {
        long mixed = key ^ (server + 1) * GOLDEN;
        mixed = (mixed ^ mixed >>> 30) * 0xbf58476d1ce4e5b9L;
        mixed = (mixed ^ mixed >>> 27) * 0x94d049bb133111ebL;
        return mixed ^ mixed >>> 31;
    }

    /** The same as a share, above 0 and at most 1. */
    static double share(long key, int server) {
        return ((weight(key, server) >>> 11) + 1) * UNIT;
    }
}
