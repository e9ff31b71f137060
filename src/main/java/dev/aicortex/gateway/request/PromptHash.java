package dev.aicortex.gateway.request;

import dev.aicortex.fleet.PromptBlocks;
import io.netty.buffer.ByteBuf;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;

/**
 * Cuts a prompt into blocks and hashes them as they stand in the body. A block ends with its
 * message, and within a long one after 1, 2, 3, 4, 6, 8, 12, 16… kilobytes, so that two prompts
 * which differ late in a message still share its beginning.
 */
public final class PromptHash {
    private static final int KILOBYTE = 1024;

    /** Of this process alone: a hash tells nobody what was asked. */
    private static final long SEED = new SecureRandom().nextLong();

    private static final long FACTOR = 0x9e3779b97f4a7c15L;

    private final ByteBuf body;
    private final long[] hashes = new long[PromptBlocks.MOST];
    private final int[] ends = new int[PromptBlocks.MOST];
    private int blocks;
    private int length;
    private long hash = SEED;

    private PromptHash(ByteBuf body) {
        this.body = body;
    }

    /** The blocks of these parts of the body. */
    public static PromptBlocks of(ByteBuf body, List<PromptPlaces.Part> parts) {
        PromptHash prompt = new PromptHash(body);
        parts.forEach(prompt::add);
        return prompt.blocks == 0
                ? PromptBlocks.NONE
                : new PromptBlocks(
                        Arrays.copyOf(prompt.hashes, prompt.blocks),
                        Arrays.copyOf(prompt.ends, prompt.blocks));
    }

    private void add(PromptPlaces.Part part) {
        int end = part.end() == PromptPlaces.OPEN ? endOfString(part.start()) : part.end();
        int from = part.start();
        int step = KILOBYTE;
        while (from < end) {
            int to = end - from <= step ? end : from + step;
            mix(from, to);
            block(to - from);
            if (Integer.bitCount(to - part.start()) == 1 && to - part.start() > KILOBYTE) {
                step = (to - part.start()) / 2; // two blocks to each doubling
            }
            from = to;
        }
    }

    private void block(int bytes) {
        length += bytes;
        int at = Math.min(blocks, PromptBlocks.MOST - 1);
        hashes[at] = hash;
        ends[at] = length;
        blocks = at + 1;
    }

    private void mix(int from, int to) {
        int at = from;
        for (; at + Long.BYTES <= to; at += Long.BYTES) {
            mix(body.getLongLE(at));
        }
        long rest = (long) to - from;
        for (; at < to; at++) {
            rest = (rest << 8) | (body.getByte(at) & 0xff);
        }
        mix(rest);
    }

    private void mix(long value) {
        long mixed = (hash ^ value) * FACTOR;
        hash = mixed ^ (mixed >>> 32);
    }

    /** Behind the quote that ends the string which begins here. */
    private int endOfString(int start) {
        int end = body.writerIndex();
        int at = start + 1;
        while (at < end) {
            byte b = body.getByte(at);
            if (b == '"') {
                return at + 1;
            }
            at += b == '\\' ? 2 : 1;
        }
        return end;
    }
}
