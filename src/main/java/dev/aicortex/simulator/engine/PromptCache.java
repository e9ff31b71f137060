package dev.aicortex.simulator.engine;

import dev.aicortex.simulator.Settings.CacheRule;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * The prompts that a loaded model need not evaluate again: one in each place where requests run.
 */
final class PromptCache {
    private final CacheRule rule;
    private final List<Seat> seats;
    private long taken;

    PromptCache(CacheRule rule, int places) {
        this.rule = rule;
        this.seats = Stream.generate(Seat::new).limit(places).toList();
    }

    /** The place in which this prompt is evaluated. There must be one that is free. */
    Seat take(String prompt) {
        List<Seat> free = seats.stream().filter(seat -> !seat.busy).toList();
        Seat like = likest(rule == CacheRule.MULTIUSER ? seats : free, prompt);
        int cached = common(like.kept, prompt);
        boolean stays =
                rule == CacheRule.LONGEST_PREFIX || (!like.busy && cached == like.kept.length());
        Seat seat =
                stays ? like : Collections.min(free, Comparator.comparingLong(one -> one.began));
        seat.begin(prompt, cached, ++taken);
        return seat;
    }

    /** The one that has most in common with this prompt; the first of equals. */
    private static Seat likest(List<Seat> seats, String prompt) {
        Seat best = seats.getFirst();
        int most = -1;
        for (Seat seat : seats) {
            int common = common(seat.kept, prompt);
            if (common > most) {
                best = seat;
                most = common;
            }
        }
        return best;
    }

    private static int common(String one, String other) {
        int most = Math.min(one.length(), other.length());
        int same = 0;
        while (same < most && one.charAt(same) == other.charAt(same)) {
            same++;
        }
        return same;
    }

    /** A place; until its prompt is evaluated it has no more than what was cached of it. */
    static final class Seat {
        private String kept = "";
        private String prompt = "";
        private long began;
        private boolean busy;

        private void begin(String prompt, int cached, long now) {
            this.prompt = prompt;
            this.kept = prompt.substring(0, cached);
            this.began = now;
            this.busy = true;
        }

        /** How many tokens have to be evaluated: the last one always, to answer from. */
        int uncachedTokens() {
            return Math.max(1, Prompt.words(prompt.substring(kept.length())));
        }

        void evaluated() {
            kept = prompt;
        }

        /** The answer is kept behind its prompt, where a conversation goes on from. */
        void answered(String answer) {
            kept = Prompt.joined(prompt, answer);
        }

        void leave() {
            busy = false;
        }
    }
}
