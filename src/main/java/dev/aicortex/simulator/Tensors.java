package dev.aicortex.simulator;

import java.util.ArrayList;
import java.util.List;

/** The tensors of a model: the same shapes for all, since only that there are many matters. */
final class Tensors {
    static final int BLOCKS = 18;

    /** Name and type, in a block's order. */
    private static final List<String> BLOCK =
            List.of(
                    "attn_k Q5_0",
                    "attn_k_norm F32",
                    "attn_norm F32",
                    "attn_output Q4_K",
                    "attn_q Q5_0",
                    "attn_q_norm F32",
                    "attn_v Q8_0",
                    "ffn_down Q6_K",
                    "ffn_gate Q5_0",
                    "ffn_norm F32",
                    "ffn_up Q5_0",
                    "post_attention_norm F32",
                    "post_ffw_norm F32");

    private Tensors() {}

    static String of(SimulatedModel model) {
        int width = model.embeddingLength();
        List<String> tensors = new ArrayList<>();
        tensors.add(tensor("output_norm", "F32", Integer.toString(width)));
        tensors.add(tensor("token_embd", "Q8_0", width + ",262144"));
        for (int block = 0; block < BLOCKS; block++) {
            String prefix = "blk." + block + ".";
            BLOCK.forEach(tensor -> tensors.add(inBlock(prefix, tensor.split(" ", 2), width)));
        }
        return "[" + String.join(",", tensors) + "]";
    }

    private static String inBlock(String prefix, String[] tensor, int width) {
        boolean norm = tensor[1].equals("F32");
        return tensor(
                prefix + tensor[0], tensor[1], norm ? Integer.toString(width) : width + ",2048");
    }

    private static String tensor(String name, String type, String shape) {
        return "{\"name\":\"%s.weight\",\"type\":\"%s\",\"shape\":[%s]}"
                .formatted(name, type, shape);
    }
}
