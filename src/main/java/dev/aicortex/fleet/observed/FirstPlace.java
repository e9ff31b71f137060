package dev.aicortex.fleet.observed;

import dev.aicortex.fleet.PromptBlocks;

/**
 * Ollama before 0.30, as measured: a request gets the free place with the longest common beginning,
 * else the first free one. What a place held is gone.
 */
record FirstPlace() implements CacheRule {
    @Override
    public Fit fit(Kept kept, PromptBlocks prompt, int parallel) {
        Kept.Place[] places = kept.places();
        boolean any = kept.full(parallel);
        int best = Kept.NONE;
        int most = -1;
        for (int i = 0; i < places.length; i++) {
            int common = any || !places[i].busy() ? places[i].common(prompt) : -1;
            if (common > most) {
                best = i;
                most = common;
            }
        }
        return best == Kept.NONE
                ? new Fit(kept.unused(parallel), 0, Kept.NONE, false)
                : new Fit(best, most, Kept.NONE, false);
    }

    @Override
    public Kept begun(Kept kept, Fit fit, PromptBlocks prompt, int parallel, long nowMillis) {
        return kept.with(
                fit.place(),
                new Kept.Place(prompt, Checkpoints.NONE, fit.reused(), nowMillis, nowMillis, true));
    }

    @Override
    public double pushedOut(
            Kept kept, Fit fit, PromptBlocks prompt, CacheMirror.Pause pause, long nowMillis) {
        Kept.Place[] places = kept.places();
        int at = fit.place();
        long lost = at < places.length ? lost(places[at], prompt) : 0;
        return lost == 0 ? 0 : lost * pause.chance(nowMillis - places[at].ended());
    }

    /** Prompts grow, so as many are lost as the other one has at least. */
    private static long lost(Kept.Place place, PromptBlocks other) {
        if (place.prompt().single()) {
            return 0;
        }
        if (place.empty()) {
            return other.bytes(); // somebody's, though we do not know whose
        }
        long others = place.prompt().bytes() - place.prompt().bytes(place.prompt().common(other));
        return others == 0 ? 0 : Math.max(others, other.bytes());
    }
}
