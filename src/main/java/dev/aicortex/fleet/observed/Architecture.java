package dev.aicortex.fleet.observed;

import java.util.Locale;
import java.util.Set;

/**
 * What a model's family tells of how it is run.
 *
 * @param window whether it attends to a sliding window, so that little of a prompt can be taken
 *     back
 * @param single whether a server runs one request of it at a time, whatever is set
 */
public record Architecture(boolean window, boolean single) {
    /** As llama.cpp runs them; the hybrid ones can take back nothing either. */
    private static final Set<String> WINDOW =
            Set.of(
                    "gemma2",
                    "gemma3",
                    "gemma3n",
                    "gemma4",
                    "granitehybrid",
                    "gptoss",
                    "gpt-oss",
                    "cohere2",
                    "llama4",
                    "olmo2",
                    "exaone4",
                    "lfm2",
                    "lfm2moe",
                    "qwen35",
                    "qwen35moe",
                    "qwen3next",
                    "nemotron_h",
                    "nemotron_h_moe",
                    "nemotron_h_omni");

    /** {@code server/sched.go} of Ollama 0.33. */
    private static final Set<String> SINGLE =
            Set.of(
                    "mllama",
                    "qwen3vl",
                    "qwen3vlmoe",
                    "qwen35",
                    "qwen35moe",
                    "qwen3next",
                    "lfm2",
                    "lfm2moe",
                    "nemotron_h",
                    "nemotron_h_moe",
                    "nemotron_h_omni",
                    "bert",
                    "nomic-bert",
                    "nomic-bert-moe");

    public static Architecture of(String family) {
        String name = family.toLowerCase(Locale.ROOT);
        return new Architecture(WINDOW.contains(name), SINGLE.contains(name));
    }
}
