package dev.aicortex.simulator.engine;

import dev.aicortex.simulator.SimulatedModel;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What since 0.30 a model can use again whose layers attend to a sliding window. Of a prompt it has
 * only the window's last tokens and one batch more, so it can go back by no more than a batch, or
 * to a checkpoint: a copy of its state shortly before a prompt's end. As llama.cpp does it
 * (`tools/server/server-context.cpp`, b10488).
 *
 * @param tokens of the window; 0 = none, so that every common beginning is of use
 * @param batch how many tokens are evaluated together
 */
record SlidingWindow(int tokens, int batch) {
    static final SlidingWindow NONE = new SlidingWindow(0, 0);

    /** In tokens, as the models' files say ({@code attention.sliding_window}). */
    private static final Map<String, Integer> FAMILIES = Map.of("gemma3", 512, "gptoss", 128);

    /** So many tokens of a prompt are evaluated apart from the rest. */
    private static final int LAST = 4;

    /** A checkpoint of an earlier request lasts when it is farther than this behind another. */
    private static final int APART = 8_192;

    /**
     * @param context of all places together, in tokens
     */
    static SlidingWindow of(SimulatedModel model, int context) {
        Integer tokens = FAMILIES.get(model.architecture().family());
        // server/sched.go of Ollama 0.33: generationBatchForContext
        int batch = context > 32_768 ? 2_048 : context > 4_096 ? 1_024 : 512;
        return tokens == null ? NONE : new SlidingWindow(tokens, batch);
    }

    /**
     * How many of the tokens that both begin with need not be evaluated.
     *
     * @param checkpoints of what is kept: how many tokens each has evaluated
     */
    int usable(int common, int kept, int prompt, List<Integer> checkpoints) {
        int oldest = Math.max(0, kept - tokens - batch);
        int needed = Math.max(0, common - tokens - (common == prompt ? 1 : 0));
        return tokens == 0 || oldest < needed
                ? common
                : checkpoints.stream()
                        .mapToInt(checkpoint -> checkpoint - 1)
                        .filter(length -> length <= common)
                        .max()
                        .orElse(0);
    }

    /** The checkpoints of a place once a prompt is evaluated there, the first ones first. */
    List<Integer> checkpoints(List<Integer> before, int cached, int prompt) {
        if (tokens == 0) {
            return before;
        }
        List<Integer> all = new ArrayList<>();
        for (int checkpoint : before) {
            if (all.isEmpty() || checkpoint > all.getLast() + APART) {
                all.add(checkpoint);
            }
        }
        for (int checkpoint : List.of(prompt - LAST - batch, prompt - LAST)) {
            if (checkpoint > cached) {
                all.add(checkpoint);
            }
        }
        return List.copyOf(all);
    }
}
