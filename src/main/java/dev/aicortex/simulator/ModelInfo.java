package dev.aicortex.simulator;

import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What a model's file says about itself, its names sorted. */
final class ModelInfo {
    private static final Map<String, Double> UNITS = Map.of("K", 1e3, "M", 1e6, "B", 1e9);

    private ModelInfo() {}

    static String of(SimulatedModel model) {
        Map<String, Object> info = new TreeMap<>();
        architecture(info, model.family() + ".", model);
        general(info, model);
        tokenizer(info);
        return json(info);
    }

    private static void architecture(
            Map<String, Object> info, String family, SimulatedModel model) {
        info.put(family + "attention.head_count", 4);
        info.put(family + "attention.head_count_kv", 1);
        info.put(family + "attention.key_length", 256);
        info.put(family + "attention.layer_norm_rms_epsilon", "0.000001");
        info.put(family + "attention.sliding_window", 512);
        info.put(family + "attention.value_length", 256);
        info.put(family + "block_count", Tensors.BLOCKS);
        info.put(family + "context_length", model.contextLength());
        info.put(family + "embedding_length", model.embeddingLength());
        info.put(family + "feed_forward_length", 2048);
        info.put(family + "rope.freq_base", 1_000_000);
    }

    private static void general(Map<String, Object> info, SimulatedModel model) {
        info.put("general.architecture", GoJson.quote(model.family()));
        info.put("general.basename", GoJson.quote(model.family()));
        info.put("general.file_type", 15);
        info.put("general.license", GoJson.quote("apache-2.0"));
        info.put("general.parameter_count", parameters(model.parameterSize()));
        info.put("general.quantization_version", 2);
        info.put("general.size_label", GoJson.quote(model.parameterSize()));
        info.put("general.tags", "null");
        info.put("general.type", GoJson.quote("model"));
    }

    private static void tokenizer(Map<String, Object> info) {
        info.put("tokenizer.ggml.add_bos_token", true);
        info.put("tokenizer.ggml.add_eos_token", false);
        info.put("tokenizer.ggml.add_sep_token", false);
        info.put("tokenizer.ggml.add_space_prefix", false);
        info.put("tokenizer.ggml.bos_token_id", 2);
        info.put("tokenizer.ggml.eos_token_id", 1);
        info.put("tokenizer.ggml.model", GoJson.quote("llama"));
        info.put("tokenizer.ggml.padding_token_id", 0);
        info.put("tokenizer.ggml.pre", GoJson.quote("default"));
        info.put("tokenizer.ggml.scores", "null");
        info.put("tokenizer.ggml.token_type", "null");
        info.put("tokenizer.ggml.tokens", "null");
        info.put("tokenizer.ggml.unknown_token_id", 3);
    }

    private static String json(Map<String, Object> info) {
        return info.entrySet().stream()
                .map(field -> GoJson.quote(field.getKey()) + ":" + field.getValue())
                .collect(Collectors.joining(",", "{", "}"));
    }

    /** {@code 3.2B} → 3200000000. */
    private static long parameters(String size) {
        int unit = size.length() - 1;
        double factor = UNITS.getOrDefault(size.substring(unit).toUpperCase(Locale.ROOT), 1.0);
        return Math.round(Double.parseDouble(size.substring(0, unit)) * factor);
    }
}
