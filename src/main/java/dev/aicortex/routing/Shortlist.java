package dev.aicortex.routing;

import dev.aicortex.fleet.Candidates;
import dev.aicortex.fleet.Facts;
import dev.aicortex.fleet.PromptBlocks;
import java.util.Arrays;

/**
 * The candidates that are looked at, so that a choice in a large fleet costs no more than in a
 * small one. Of a few, all. Of many: those that have the model in memory, and when these are many a
 * sample of them with those that may know the prompt and the one that the key belongs to; and some
 * of those that would have to load it. Each sample is another one a millisecond later, and spread
 * over the whole order: neighbours are often alike.
 */
final class Shortlist {
    /** As many candidates are all looked at. */
    private static final int FEW = 64;

    private static final int MOST_KNOWING = 16;

    /** With cold ones enough to see whether a load would be worth it. */
    private static final Extent GLANCE = new Extent(128, 16);

    /** A load takes seconds, so it is worth a longer look where to. */
    private static final Extent LOOK = new Extent(512, 64);

    private final int[] indices;
    private final boolean whole;
    private int length;
    private int sampled;
    private int firstCold;
    private double eachWarm = 1;
    private double eachCold = 1;

    /**
     * How much of a large fleet is looked at.
     *
     * @param warm of those that have the model in memory, when they are more by a quarter
     * @param cold of those that would have to load it
     */
    private record Extent(int warm, int cold) {
        int mostWarm() {
            return warm + warm / 4;
        }
    }

    private Shortlist(int most, boolean whole) {
        this.indices = new int[most];
        this.whole = whole;
    }

    static Shortlist of(Candidates candidates, Ask ask, long nowMillis) {
        int size = candidates.size();
        if (size > FEW) {
            return some(candidates, ask, nowMillis, GLANCE);
        }
        Shortlist all = new Shortlist(0, true);
        all.length = size;
        all.sampled = size;
        all.firstCold = size;
        return all;
    }

    /** More of them, for a request that would have to wait for a load. */
    static Shortlist forLoad(Candidates candidates, Ask ask, long nowMillis) {
        return some(candidates, ask, nowMillis, LOOK);
    }

    private static Shortlist some(Candidates candidates, Ask ask, long nowMillis, Extent extent) {
        int[] warm = candidates.warm();
        Shortlist list = new Shortlist(extent.mostWarm() + extent.cold, false);
        if (warm.length <= extent.mostWarm()) {
            System.arraycopy(warm, 0, list.indices, 0, warm.length);
            list.length = warm.length;
            list.sampled = warm.length;
        } else {
            list.sample(warm, extent.warm, nowMillis);
            list.addKnowing(candidates, ask.prompt());
            list.addHome(candidates, warm, ask.key());
        }
        list.addCold(warm, candidates.size(), nowMillis, extent.cold);
        return list;
    }

    /** Whether no candidate was left out. */
    boolean whole() {
        return whole;
    }

    int index(int at) {
        return whole ? at : indices[at];
    }

    /** How many candidates the one at this place stands for: none, if it is no random one. */
    double each(int at) {
        if (at >= firstCold) {
            return eachCold;
        }
        return at < sampled ? eachWarm : 0;
    }

    Facts[] look(Candidates candidates, PromptBlocks prompt, long nowMillis) {
        Facts[] facts = new Facts[length];
        for (int i = 0; i < length; i++) {
            facts[i] = candidates.facts(index(i), prompt, nowMillis);
        }
        return facts;
    }

    private void add(int index) {
        indices[length++] = index;
    }

    /** Every so many-th, beginning elsewhere each time. */
    private void sample(int[] warm, int most, long nowMillis) {
        int step = warm.length / most + 1;
        long from = Math.floorMod(nowMillis, step);
        for (int i = 0; i < most; i++) {
            add(warm[(int) ((from + (long) i * warm.length / most) % warm.length)]);
        }
        sampled = length;
        eachWarm = (double) warm.length / most;
    }

    private void addKnowing(Candidates candidates, PromptBlocks prompt) {
        int[] knowing = new int[MOST_KNOWING];
        int found = candidates.knowing(prompt, knowing);
        for (int i = 0; i < found; i++) {
            addOnce(knowing[i]);
        }
    }

    private void addHome(Candidates candidates, int[] warm, long key) {
        if (key == 0) {
            return;
        }
        int home = warm[0];
        long most = Long.MIN_VALUE;
        for (int index : warm) {
            long weight = Ranking.attraction(key, candidates.position(index));
            home = weight > most ? index : home;
            most = Math.max(most, weight);
        }
        addOnce(home);
    }

    private void addOnce(int index) {
        for (int i = 0; i < length; i++) {
            if (indices[i] == index) {
                return;
            }
        }
        add(index);
    }

    /** Those from one on that are not warm. */
    private void addCold(int[] warm, int size, long nowMillis, int most) {
        int at = Math.floorMod(nowMillis, size);
        int next = Arrays.binarySearch(warm, at);
        next = next >= 0 ? next : -next - 1; // the first of the warm ones from there on
        int left = Math.min(most, size - warm.length);
        firstCold = length;
        eachCold = left == 0 ? 1 : (double) Math.min(LOOK.cold, size - warm.length) / left;
        while (left > 0) {
            if (next < warm.length && warm[next] == at) {
                next++;
            } else {
                add(at);
                left--;
            }
            at++;
            if (at == size) {
                at = 0;
                next = 0;
            }
        }
    }
}
