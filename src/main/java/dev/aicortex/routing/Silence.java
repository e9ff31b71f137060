package dev.aicortex.routing;

/**
 * Tells work from a hang. Ollama says nothing while it composes a tool call or applies a format,
 * while it loads, while its line moves, and for the whole of a document: no clock knows the one
 * from the other, so a server that is silent is looked at, and one that answers the look is waited
 * for.
 *
 * @param misses looks in a row that the server has not answered
 */
public record Silence(int misses) {
    /** Nothing has been looked at yet. */
    public static final Silence NEW = new Silence(0);

    /**
     * When nobody else can answer, or the client has a part of the answer, giving up costs the
     * answer: so many looks in a row must have been missed, since one may be missed by chance.
     */
    private static final int ENOUGH = 3;

    public enum Verdict {
        /** It works: wait on, and look again later. */
        WAIT,
        /** It does not answer, but waiting may still be worth it: look again at once. */
        DOUBT,
        /** It does not live. */
        GIVE_UP
    }

    /** After one more look. */
    public Silence looked(boolean alive) {
        return alive ? NEW : new Silence(misses + 1);
    }

    /**
     * What to do.
     *
     * @param replaceable whether nothing has been said to the client and another server may answer
     */
    public Verdict verdict(boolean replaceable) {
        if (misses == 0) {
            return Verdict.WAIT;
        }
        return replaceable || misses >= ENOUGH ? Verdict.GIVE_UP : Verdict.DOUBT;
    }
}
