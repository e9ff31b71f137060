package dev.aicortex.fleet.observed;

import dev.aicortex.fleet.PromptBlocks;
import java.util.concurrent.atomic.AtomicLongArray;
import org.jspecify.annotations.Nullable;

/**
 * Which servers were given prompts of one model lately, by the prompts' blocks: the last server for
 * where a prompt ended, as a conversation goes on from there, and several for how one began. The
 * table has a fixed size and the newest entry pushes out others: what it says is a hint. It takes
 * no memory until somebody searches it for the first time.
 */
public final class PrefixTable {
    private static final int SLOTS = 1 << 18;

    /** The last blocks of a prompt by which it is found again, so that it may go on otherwise. */
    private static final int ENDS = 2;

    /** Servers that are remembered for one beginning. */
    private static final int BEGINNINGS = 8;

    /** Blocks of a prompt that are looked up, from its end on. */
    private static final int DEPTH = 32;

    private static final long POSITION = (1 << 24) - 1;

    private volatile @Nullable AtomicLongArray slots;

    /** A server is given this prompt. */
    public void note(PromptBlocks prompt, int server) {
        AtomicLongArray known = slots;
        if (known == null || prompt.size() == 0 || server >= POSITION) {
            return;
        }
        int size = prompt.size();
        for (int i = Math.max(0, size - ENDS); i < size; i++) {
            put(known, mixed(prompt.hashes()[i]), 0, server);
        }
        put(known, mixed(prompt.hashes()[0]), 1 + server % BEGINNINGS, server);
    }

    /**
     * Finds servers that may have the beginning of a prompt, those with the longest one first.
     *
     * @param servers takes their positions, as many as it has room for
     * @return how many there are
     */
    public int find(PromptBlocks prompt, int[] servers) {
        AtomicLongArray known = slots;
        if (known == null) {
            begin();
            return 0;
        }
        int size = prompt.size();
        int found = 0;
        for (int i = size - 1; i >= Math.max(0, size - DEPTH); i--) {
            found = get(known, mixed(prompt.hashes()[i]), 0, servers, found);
        }
        for (int way = 1; size > 0 && way <= BEGINNINGS; way++) {
            found = get(known, mixed(prompt.hashes()[0]), way, servers, found);
        }
        return found;
    }

    private synchronized void begin() {
        if (slots == null) {
            slots = new AtomicLongArray(SLOTS);
        }
    }

    private static void put(AtomicLongArray slots, long hash, int way, int server) {
        slots.set(slot(hash, way), (hash & ~POSITION) | (server + 1));
    }

    private static int get(AtomicLongArray slots, long hash, int way, int[] servers, int found) {
        long entry = slots.get(slot(hash, way));
        if (((entry ^ hash) & ~POSITION) != 0 || (entry & POSITION) == 0) {
            return found;
        }
        int server = (int) (entry & POSITION) - 1;
        for (int i = 0; i < found; i++) {
            if (servers[i] == server) {
                return found;
            }
        }
        if (found == servers.length) {
            return found;
        }
        servers[found] = server;
        return found + 1;
    }

    private static int slot(long hash, int way) {
        return ((int) hash + way) & (SLOTS - 1);
    }

    private static long mixed(long hash) {
        long mixed = (hash ^ hash >>> 32) * 0x9e3779b97f4a7c15L;
        return mixed ^ mixed >>> 29;
    }
}
