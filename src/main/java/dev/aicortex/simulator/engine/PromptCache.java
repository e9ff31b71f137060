package dev.aicortex.simulator.engine;

import dev.aicortex.simulator.Settings;
import java.util.List;
import java.util.stream.Stream;

/**
 * The prompts that a loaded model need not evaluate again: one in each place where requests run,
 * and what else its generation keeps.
 */
abstract class PromptCache {
    /** All of them, in the order of their numbers. */
    final List<Place> places;

    final SlidingWindow window;

    private long now;

    PromptCache(int places, SlidingWindow window) {
        this.places = Stream.generate(Place::new).limit(places).toList();
        this.window = window;
    }

    /**
     * @param window of the model; before 0.30 it makes no difference here
     */
    static PromptCache of(Settings settings, int places, SlidingWindow window) {
        return switch (settings.generation()) {
            case OWN_ENGINES -> new OwnEngineCache(settings.caches(), places);
            case LLAMA_SERVER -> new LlamaServerCache(settings.cacheRam(), places, window);
        };
    }

    /** The place in which this prompt is evaluated. There must be one that is free. */
    abstract Place take(Tokens prompt);

    final List<Place> free() {
        return places.stream().filter(place -> !place.busy).toList();
    }

    /** A place; until its prompt is evaluated it has no more than what was cached of it. */
    final class Place {
        /** Tokens that are evaluated together; a client that leaves is noticed between two. */
        private static final int BATCH = 512;

        private Tokens kept = Tokens.NONE;
        private List<Integer> checkpoints = List.of();
        private Tokens prompt = Tokens.NONE;
        private int cached;
        private int evaluated;
        private long began;
        private long left;
        private boolean busy;

        Tokens kept() {
            return kept;
        }

        boolean busy() {
            return busy;
        }

        /** When the last request began, and when it left; 0 = none has. */
        long began() {
            return began;
        }

        long left() {
            return left;
        }

        /** Those of what is kept; see {@link SlidingWindow}. */
        List<Integer> checkpoints() {
            return checkpoints;
        }

        void replace(Tokens other, List<Integer> itsCheckpoints) {
            kept = other;
            checkpoints = itsCheckpoints;
        }

        void begin(Tokens asked, int inCache) {
            prompt = asked;
            cached = inCache;
            kept = asked.first(inCache);
            checkpoints = checkpoints.stream().filter(each -> each <= inCache + 1).toList();
            evaluated = 0;
            began = ++now;
            busy = true;
        }

        int promptTokens() {
            return Math.max(1, prompt.size());
        }

        /** How many tokens have to be evaluated: the last one always, to answer from. */
        int uncachedTokens() {
            return Math.max(1, prompt.size() - cached);
        }

        /** How many have been. */
        int evaluatedTokens() {
            return evaluated;
        }

        void evaluated() {
            evaluated = uncachedTokens();
            kept = prompt;
            checkpoints = window.checkpoints(checkpoints, cached, prompt.size());
        }

        /** The client left when so many were evaluated: the batch under way is the last. */
        void stopped(long tokens) {
            evaluated = (int) Math.min(uncachedTokens(), Math.ceilDiv(tokens, BATCH) * BATCH);
            kept = prompt.first(Math.min(prompt.size(), cached + evaluated));
        }

        /** The answer is kept behind its prompt, where a conversation goes on from. */
        void answered(Tokens answer) {
            kept = Tokens.joined(List.of(prompt, answer));
        }

        void leave() {
            left = ++now;
            busy = false;
        }
    }
}
