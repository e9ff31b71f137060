package dev.aicortex.fleet;

/**
 * A prompt as a chain of blocks: each block's hash covers all before it, so that two prompts whose
 * n-th hashes are equal begin with the same n blocks.
 *
 * @param hashes one a block
 * @param ends how many bytes of the prompt the blocks up to this one have
 * @param single whether nobody will go on from it
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody; a copy a look would cost too much
public record PromptBlocks(long[] hashes, int[] ends, boolean single) {
    /** The last block of a chain that is full has all that is left. */
    public static final int MOST = 256;

    /** Of a prompt that nobody looked into. */
    public static final PromptBlocks NONE = new PromptBlocks(new long[0], new int[0]);

    public PromptBlocks(long[] hashes, int[] ends) {
        this(hashes, ends, false);
    }

    /** The same, when nobody will go on from it. */
    public PromptBlocks alone() {
        return size() == 0 ? this : new PromptBlocks(hashes, ends, true);
    }

    public int size() {
        return hashes.length;
    }

    public long bytes() {
        return ends.length == 0 ? 0 : ends[ends.length - 1];
    }

    /** Whether the other one goes on from all of this, as far as a full chain tells. */
    public boolean begins(PromptBlocks other) {
        int common = common(other);
        boolean restDiffers = size() == MOST && other.size() == MOST && common == MOST - 1;
        return size() > 0 && (common == size() || restDiffers);
    }

    /** How many blocks both begin with. */
    public int common(PromptBlocks other) {
        int most = Math.min(size(), other.size());
        if (most == 0 || hashes[0] != other.hashes[0]) {
            return 0;
        }
        int same = 1; // the chain is the same up to here, and differs at `most` + 1 at the latest
        int differs = most + 1;
        while (differs - same > 1) {
            int middle = (same + differs) >>> 1;
            if (hashes[middle - 1] == other.hashes[middle - 1]) {
                same = middle;
            } else {
                differs = middle;
            }
        }
        return same;
    }

    /** Whether both are known to be the same. */
    boolean same(PromptBlocks other) {
        return size() > 0 && size() == other.size() && common(other) == size();
    }

    /** The bytes of the first {@code blocks}. */
    public long bytes(int blocks) {
        return blocks == 0 ? 0 : ends[blocks - 1];
    }

    /** How many blocks end within the first {@code bytes}. */
    public int within(long bytes) {
        int blocks = 0;
        while (blocks < ends.length && ends[blocks] <= bytes) {
            blocks++;
        }
        return blocks;
    }
}
