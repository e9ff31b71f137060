package dev.aicortex.simulator;

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
        CacheRule.Choice choice =
                rule.choose(seats.stream().map(seat -> seat.seenBy(prompt)).toList());
        Seat seat = seats.get(choice.place());
        seat.begin(prompt, choice.cached(), ++taken);
        return seat;
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

        private CacheRule.Place seenBy(String prompt) {
            return new CacheRule.Place(kept.length(), common(kept, prompt), began, busy);
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

    private static int common(String one, String other) {
        int most = Math.min(one.length(), other.length());
        int same = 0;
        while (same < most && one.charAt(same) == other.charAt(same)) {
            same++;
        }
        return same;
    }
}
