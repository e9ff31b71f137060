package dev.aicortex.simulation;

import java.util.ArrayList;
import java.util.List;

/**
 * What a place of a server holds, or a prompt.
 *
 * @param blocks each another one, the first of a shared beginning the same
 * @param bytes of each
 */
record Content(List<Long> blocks, List<Integer> bytes) {
    static final Content NONE = new Content(List.of(), List.of());

    boolean empty() {
        return blocks.isEmpty();
    }

    int size() {
        return bytes.stream().mapToInt(n -> n).sum();
    }

    /** Bytes that both begin with. */
    int common(Content other) {
        int most = Math.min(blocks.size(), other.blocks.size());
        int common = 0;
        for (int i = 0; i < most && blocks.get(i).equals(other.blocks.get(i)); i++) {
            common += bytes.get(i);
        }
        return common;
    }

    Content and(long block, int length) {
        List<Long> more = new ArrayList<>(blocks);
        List<Integer> lengths = new ArrayList<>(bytes);
        more.add(block);
        lengths.add(length);
        return new Content(more, lengths);
    }
}
