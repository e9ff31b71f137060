package dev.aicortex.fleet.observed;

import dev.aicortex.fleet.PromptBlocks;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.UnaryOperator;

/**
 * What a server has in the prompt caches of one model, as far as our own requests tell: it tells
 * nobody. Follows the rule of the server's version. Reading it waits for nobody.
 */
public final class CacheMirror {
    private final CacheRule rule;
    private final Pause pause;
    private final Deque<Seat> waiting = new ArrayDeque<>();
    private volatile Kept kept = Kept.nothing(0, 0);

    /**
     * What a prompt would find and cost now.
     *
     * @param cachedBytes of it that would not have to be evaluated
     * @param pushedOut bytes of other prompts that would have to be evaluated again because of it:
     *     of what has long not been used less than of what has just been
     */
    public record Look(long cachedBytes, double pushedOut) {
        public static final Look NOTHING = new Look(0, 0);
    }

    /** A request's place; changed by the mirror alone. */
    public static final class Seat {
        private final PromptBlocks prompt;
        private int place = Kept.NONE;
        private long cachedBytes;

        private Seat(PromptBlocks prompt) {
            this.prompt = prompt;
        }

        /** How much of its prompt was cached when it took the place, or came to wait for one. */
        public long cachedBytes() {
            return cachedBytes;
        }
    }

    /**
     * How likely the prompts of a model are asked again, on any server: by how long users think
     * between two turns, and by how many prompts last until then.
     */
    public static final class Pause {
        private static final double FIRST = 10_000;
        private static final double SHORTEST = 500;

        /** Of the newest in a mean. */
        private static final double WEIGHT = 0.02;

        /** Of the mean pause: after that a conversation goes on with a chance of 1/e. */
        private static final double LONG = 1.5;

        private volatile double mean = FIRST;
        private volatile double lasting = 1;

        /** A prompt lasted until it was gone on from, after so long. */
        synchronized void lasted(long millis) {
            mean = mean + WEIGHT * (Math.max(SHORTEST, (double) millis) - mean);
            lasting = lasting + WEIGHT * (1 - lasting);
        }

        /** A prompt was overwritten. */
        synchronized void lost() {
            lasting = lasting - WEIGHT * lasting;
        }

        /** The chance that a prompt is gone on from which has not been for so long. */
        double chance(long millis) {
            double pauses = (double) millis / (LONG * mean);
            return Math.exp(-pauses * pauses);
        }

        /** The share of prompts that are still there when they are gone on from. */
        double lasting() {
            return lasting;
        }
    }

    public CacheMirror(CacheRule rule, Pause pause) {
        this.rule = rule;
        this.pause = pause;
    }

    public boolean follows(CacheRule other) {
        return rule.equals(other);
    }

    /**
     * What the server is set up with.
     *
     * @param room for prompts that have left their places, in bytes of prompts
     * @param batch that it evaluates at once, in bytes of prompts
     */
    public synchronized void setUp(long room, long batch) {
        kept = kept.with(room, batch);
    }

    /**
     * How many bytes of a prompt the server would not have to evaluate now.
     *
     * @param parallel how many places there are
     */
    public long cachedBytes(PromptBlocks prompt, int parallel) {
        return prompt.bytes(rule.fit(kept, prompt, parallel).reused());
    }

    /** The same, with what it would cost others. */
    public Look look(PromptBlocks prompt, int parallel, long nowMillis) {
        Kept now = kept;
        CacheRule.Fit fit = rule.fit(now, prompt, parallel);
        return new Look(
                prompt.bytes(fit.reused()), rule.pushedOut(now, fit, prompt, pause, nowMillis));
    }

    /** A request takes the place that the server will give it, or waits for one. */
    public synchronized Seat take(PromptBlocks prompt, int parallel, long nowMillis) {
        Seat seat = new Seat(prompt);
        if (prompt.size() > 0 && !sit(seat, parallel, nowMillis)) {
            waiting.add(seat);
        }
        return seat;
    }

    private boolean sit(Seat seat, int parallel, long nowMillis) {
        Kept now = kept.within(parallel);
        CacheRule.Fit fit = rule.fit(now, seat.prompt, parallel);
        seat.cachedBytes = seat.prompt.bytes(fit.reused());
        if (now.full(parallel)) {
            return false;
        }
        learn(now, fit, seat.prompt, nowMillis);
        kept = rule.begun(now, fit, seat.prompt, parallel, nowMillis);
        seat.place = fit.place();
        return true;
    }

    private void learn(Kept now, CacheRule.Fit fit, PromptBlocks prompt, long nowMillis) {
        boolean saved = fit.from() != Kept.NONE;
        PromptBlocks before =
                saved ? now.saved().get(fit.from()).prompt() : now.place(fit.place()).prompt();
        if (before.begins(prompt)) {
            pause.lasted(
                    nowMillis
                            - (saved
                                    ? now.saved().get(fit.from()).ended()
                                    : now.places()[fit.place()].ended()));
        } else if (!saved && !fit.saves() && !before.single() && mostlyLost(before, prompt)) {
            pause.lost();
        }
    }

    /** A prompt that is built anew at its end, as some agents do, is the same conversation. */
    private static boolean mostlyLost(PromptBlocks before, PromptBlocks prompt) {
        return 2 * before.bytes(before.common(prompt)) < before.bytes();
    }

    /** It answers: its prompt is evaluated, and it has a place, even if we saw none free. */
    public synchronized void answers(Seat seat, int parallel, long nowMillis) {
        if (waiting.remove(seat)) {
            sit(seat, parallel, nowMillis);
        }
        change(seat, Kept.Place::evaluated);
    }

    /** The request has ended; what it brought stays in the cache. The next one takes its place. */
    public synchronized void leave(Seat seat, int parallel, long nowMillis) {
        waiting.remove(seat);
        change(seat, place -> place.free(nowMillis));
        seat.place = Kept.NONE;
        Seat next = waiting.peek();
        if (next != null && sit(next, parallel, nowMillis)) {
            waiting.remove();
        }
    }

    /** Its place may have been cleared in the meantime. */
    private void change(Seat seat, UnaryOperator<Kept.Place> change) {
        Kept now = kept;
        boolean there = seat.place >= 0 && seat.place < now.places().length;
        if (there && now.places()[seat.place].prompt().equals(seat.prompt)) {
            kept = now.with(seat.place, change.apply(now.places()[seat.place]));
        }
    }

    /** The server turned out to have nothing but what it works on now. */
    public synchronized void forgetTheRest() {
        kept = kept.forgotten();
    }

    /** The model has left the memory, and its caches with it. */
    public synchronized void clear() {
        kept = Kept.nothing(kept.room(), kept.batch());
    }
}
