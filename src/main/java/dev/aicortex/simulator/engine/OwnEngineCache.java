package dev.aicortex.simulator.engine;

import dev.aicortex.simulator.Settings.CacheRule;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;

/** Before 0.30: there are the places and nothing behind them. */
final class OwnEngineCache extends PromptCache {
    private final CacheRule rule;

    OwnEngineCache(CacheRule rule, int places) {
        super(places, SlidingWindow.NONE);
        this.rule = rule;
    }

    @Override
    Place take(Tokens prompt) {
        List<Place> free = free();
        Place like = likest(rule == CacheRule.MULTIUSER ? places : free, prompt);
        int cached = like.kept().common(prompt);
        boolean stays =
                rule == CacheRule.LONGEST_PREFIX || (!like.busy() && cached == like.kept().size());
        Place place = stays ? like : Collections.min(free, Comparator.comparingLong(Place::began));
        place.begin(prompt, cached);
        return place;
    }

    /** The one that has most in common with this prompt; the first of equals. */
    private static Place likest(List<Place> places, Tokens prompt) {
        Place best = places.getFirst();
        int most = -1;
        for (Place place : places) {
            int common = place.kept().common(prompt);
            if (common > most) {
                best = place;
                most = common;
            }
        }
        return best;
    }
}
