package dev.aicortex.fleet.observed;

import dev.aicortex.fleet.PromptBlocks;
import java.util.List;

/**
 * Ollama since 0.30, which runs llama.cpp's {@code llama-server}, as measured: a request gets the
 * free place whose prompt has more than a tenth of it in common, and most; else the one that is
 * longest unused. What a place loses is saved to the host's memory and comes back from there. But
 * where at least half of what a place holds is common, the rest is overwritten unsaved, and nothing
 * that is saved is looked at.
 *
 * @param window whether the model attends to a sliding window: what differs more than a batch
 *     before its end is of use up to a checkpoint alone
 */
record LlamaServer(boolean window) implements CacheRule {
    /** Of a prompt that a place has to have in common with it. */
    private static final double LIKE = 0.1;

    /** Of what a place holds: with as much in common it is overwritten unsaved. */
    private static final double OVERWRITTEN = 0.5;

    /** Of what is saved: with less in common it stays where it is. */
    private static final double WORTH = 0.25;

    @Override
    public Fit fit(Kept kept, PromptBlocks prompt, int parallel) {
        Kept.Place[] places = kept.places();
        boolean any = kept.full(parallel);
        int place = likest(places, any, prompt);
        if (place != Kept.NONE) {
            Kept.Place held = places[place];
            int common = held.common(prompt);
            if (held.prompt().bytes(common) >= OVERWRITTEN * held.prompt().bytes()) {
                return new Fit(place, usable(held, prompt, kept.batch()), Kept.NONE, false);
            }
            return fromMemory(kept, prompt, place);
        }
        int unused = kept.unused(parallel);
        place = unused == Kept.NONE ? longestUnused(places, any) : unused;
        return fromMemory(kept, prompt, place);
    }

    /**
     * @param any whether busy ones count too
     */
    private static int likest(Kept.Place[] places, boolean any, PromptBlocks prompt) {
        int best = Kept.NONE;
        long most = (long) (LIKE * prompt.bytes());
        for (int i = 0; i < places.length; i++) {
            boolean counts = any || !places[i].busy();
            long common = counts ? prompt.bytes(places[i].common(prompt)) : 0;
            if (common > most) {
                best = i;
                most = common;
            }
        }
        return best;
    }

    private static int longestUnused(Kept.Place[] places, boolean any) {
        int oldest = Kept.NONE;
        for (int i = 0; i < places.length; i++) {
            boolean older = oldest == Kept.NONE || places[i].ended() < places[oldest].ended();
            oldest = (any || !places[i].busy()) && older ? i : oldest;
        }
        return oldest;
    }

    /** The saved prompt counts that beats the place by its share of both. */
    private Fit fromMemory(Kept kept, PromptBlocks prompt, int number) {
        Kept.Place place = kept.place(number);
        int most = place.common(prompt);
        int reused = usable(place, prompt, kept.batch());
        int from = Kept.NONE;
        double best = place.empty() ? 0 : share(place.prompt(), most);
        List<Kept.Place> saved = kept.saved();
        for (int i = 0; i < saved.size(); i++) {
            PromptBlocks other = saved.get(i).prompt();
            int alike = other.common(prompt);
            double share = share(other, alike);
            if (alike > most && share > best && share >= WORTH) {
                from = i;
                best = share;
                most = alike;
                reused = usable(saved.get(i), prompt, kept.batch());
            }
        }
        return new Fit(number, reused, from, !place.empty());
    }

    private static double share(PromptBlocks held, int common) {
        return (double) held.bytes(common) / held.bytes();
    }

    /** How many of the blocks in common need not be evaluated. */
    private int usable(Kept.Place held, PromptBlocks prompt, long batch) {
        int common = held.common(prompt);
        long bytes = held.prompt().bytes(common);
        boolean near = held.prompt().bytes() - bytes <= batch;
        return !window || near || held.prompt().begins(prompt)
                ? common
                : held.prompt().within(held.checkpoints().last(bytes));
    }

    @Override
    public Kept begun(Kept kept, Fit fit, PromptBlocks prompt, int parallel, long nowMillis) {
        Kept next = fit.from() == Kept.NONE ? kept : kept.without(fit.from());
        Kept.Place[] places = kept.places();
        for (int i = 0; i < places.length; i++) {
            boolean saves = i == fit.place() ? fit.saves() : parallel > 1 && !places[i].busy();
            next = saves ? next.saving(places[i]) : next;
        }
        Kept.Place before =
                fit.from() == Kept.NONE ? kept.place(fit.place()) : kept.saved().get(fit.from());
        long reused = prompt.bytes(fit.reused());
        Checkpoints checkpoints =
                window
                        ? before.checkpoints().after(reused, prompt.bytes(), kept.batch())
                        : Checkpoints.NONE;
        return next.with(
                fit.place(),
                new Kept.Place(prompt, checkpoints, fit.reused(), nowMillis, nowMillis, true));
    }

    @Override
    public double pushedOut(
            Kept kept, Fit fit, PromptBlocks prompt, CacheMirror.Pause pause, long nowMillis) {
        double lost = 0;
        Kept.Place[] places = kept.places();
        if (fit.place() < places.length) {
            Kept.Place place = places[fit.place()];
            PromptBlocks held = place.prompt();
            boolean gone = !fit.saves() && !kept.saves(held);
            if (gone || hides(prompt, held)) {
                lost += missed(place, prompt) * pause.chance(nowMillis - place.ended());
            }
        }
        List<Kept.Place> saved = kept.saved();
        long over = over(kept, fit);
        for (int i = 0; i < saved.size(); i++) {
            PromptBlocks other = saved.get(i).prompt();
            boolean leaves = over > 0;
            over -= other.bytes();
            boolean hidden = hides(prompt, other) && !comesFromPlace(kept, other, fit.place());
            if (i != fit.from() && (leaves || hidden)) {
                lost +=
                        missed(saved.get(i), prompt)
                                * pause.chance(nowMillis - saved.get(i).ended());
            }
        }
        return lost * pause.lasting(); // what others overwrite anyway is no loss
    }

    /** How many bytes have to leave the host's memory. */
    private static long over(Kept kept, Fit fit) {
        PromptBlocks held = kept.place(fit.place()).prompt();
        if (!fit.saves() || kept.saves(held)) {
            return 0;
        }
        long back = fit.from() == Kept.NONE ? 0 : kept.saved().get(fit.from()).prompt().bytes();
        return kept.savedBytes() + held.bytes() - back - kept.room();
    }

    /** Whether, with this in a place, nobody would look for the other one where it is saved. */
    private static boolean hides(PromptBlocks inPlace, PromptBlocks other) {
        int common = other.common(inPlace);
        return common > 0
                && other.bytes(common) > LIKE * other.bytes()
                && inPlace.bytes(common) >= OVERWRITTEN * inPlace.bytes();
    }

    /** Whether it is in a place itself, or is hidden already. */
    private static boolean comesFromPlace(Kept kept, PromptBlocks other, int butFor) {
        Kept.Place[] places = kept.places();
        for (int i = 0; i < places.length; i++) {
            PromptBlocks held = places[i].prompt();
            if (i != butFor && (other.common(held) == other.size() || hides(held, other))) {
                return true;
            }
        }
        return false;
    }

    /**
     * How many bytes of what is gone another prompt does not bring back; none for one of a kind.
     */
    private long missed(Kept.Place place, PromptBlocks prompt) {
        PromptBlocks gone = place.prompt();
        if (gone.single() || gone.begins(prompt)) {
            return 0;
        }
        long common = gone.bytes(gone.common(prompt));
        return gone.bytes() - (window ? place.checkpoints().last(common) : common);
    }
}
