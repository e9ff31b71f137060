package dev.aicortex.simulator.engine;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Since 0.30: what a place is about to lose goes to a cache in the host's memory and comes back
 * from there, unless most of what the place holds is the new prompt's beginning: then the rest is
 * overwritten.
 */
final class LlamaServerCache extends PromptCache {
    /** The least share of the new prompt that a place must have to be found by its content. */
    private static final double SIMILAR = 0.10;

    /** The least share of a place's content that must remain for the rest to be overwritten. */
    private static final double REMAINS = 0.5;

    /** The least share of what is in memory that must be of use for it to come back. */
    private static final double WORTH = 0.25;

    /** 128 KiB each, as those of a model with eight billion parameters in f16. */
    private static final long TOKENS_PER_MIB = 8;

    private final int ram;

    /** The oldest first. */
    private final Deque<Saved> memory = new ArrayDeque<>();

    private long lastTake;

    /** What a place held. */
    private record Saved(Tokens tokens, List<Integer> checkpoints) {}

    /**
     * @param ram in MiB; 0 = no cache in memory, negative = without limit
     */
    LlamaServerCache(int ram, int places, SlidingWindow window) {
        super(places, window);
        this.ram = ram;
    }

    @Override
    Place take(Tokens prompt) {
        Place like = likest(prompt);
        Place place = like == null ? leastRecent() : like;
        if (like == null || like.kept().common(prompt) < REMAINS * like.kept().size()) {
            save(place);
            restore(place, prompt);
        }
        saveIdle(place);
        makeRoom();
        place.begin(prompt, usable(place, prompt));
        lastTake = place.began();
        return place;
    }

    private int usable(Place place, Tokens prompt) {
        Tokens kept = place.kept();
        int common = kept.common(prompt);
        return window.usable(common, kept.size(), prompt.size(), place.checkpoints());
    }

    /** Of those that are free, the one with most in common; the first of equals. */
    private @Nullable Place likest(Tokens prompt) {
        Place best = null;
        int most = (int) (SIMILAR * prompt.size());
        for (Place place : places) {
            int common = place.busy() ? 0 : place.kept().common(prompt);
            if (common > most) {
                best = place;
                most = common;
            }
        }
        return best;
    }

    /** The last of those that were never used, else the one that is free for longest. */
    private Place leastRecent() {
        List<Place> free = free();
        Place best = free.getFirst();
        for (Place place : free) {
            best = place.left() <= best.left() ? place : best;
        }
        return best;
    }

    /** The others stay where they are, and may be of use elsewhere from now on. */
    private void saveIdle(Place taken) {
        for (Place place : places) {
            if (place != taken && !place.busy() && place.left() > lastTake) {
                save(place);
            }
        }
    }

    private void save(Place place) {
        Tokens kept = place.kept();
        boolean there = memory.stream().anyMatch(each -> each.tokens.common(kept) == kept.size());
        if (ram != 0 && kept.size() > 0 && !there) {
            memory.removeIf(each -> each.tokens.common(kept) == each.tokens.size());
            memory.addLast(new Saved(kept, place.checkpoints()));
        }
    }

    /** Moves what is in memory to the place if it is of more use there, both ways measured. */
    private void restore(Place place, Tokens prompt) {
        int common = place.kept().common(prompt);
        double share = place.kept().size() == 0 ? -1 : (double) common / place.kept().size();
        Saved best = null;
        for (Saved each : memory) {
            int length = each.tokens.common(prompt);
            double part = (double) length / each.tokens.size();
            if (part >= WORTH && part > share && length > common) {
                best = each;
                share = part;
                common = length;
            }
        }
        if (best != null) {
            memory.remove(best);
            place.replace(best.tokens, best.checkpoints);
        }
    }

    /** One entry stays, whatever its length. */
    private void makeRoom() {
        long size = memory.stream().mapToLong(each -> each.tokens.size()).sum();
        while (ram > 0 && memory.size() > 1 && size > ram * TOKENS_PER_MIB) {
            size -= memory.removeFirst().tokens.size();
        }
    }
}
