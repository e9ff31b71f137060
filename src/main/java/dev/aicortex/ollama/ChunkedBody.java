package dev.aicortex.ollama;

import io.netty.handler.codec.DecoderException;

/**
 * Takes the chunks of a body apart as far as its last one (RFC 9112, 7.1), however they are cut on
 * their way. What stands behind a size is left out; a lone line feed ends no line.
 */
final class ChunkedBody {
    /** No chunk is that long. */
    private static final long MOST = 1L << 48;

    /** Nobody says that much of a chunk's size. */
    private static final int LONGEST_LINE = 4096;

    private State state = State.SIZE;
    private long left;
    private int line;
    private int end;

    private enum State {
        SIZE,
        EXTENSION,
        SIZE_END,
        DATA,
        DATA_RETURN,
        DATA_END,
        LAST
    }

    /**
     * Whether the size of the last chunk, which is 0, has come; what follows is up to the codec.
     */
    boolean ended() {
        return state == State.LAST;
    }

    /** Where the bytes begin, of those taken last, that stand behind the last chunk's size. */
    int end() {
        return end;
    }

    /**
     * Moves what the chunks hold to the front of these bytes.
     *
     * @return how much that is
     * @throws DecoderException when they are no chunks
     */
    int take(byte[] bytes) {
        int held = 0;
        int at = 0;
        while (at < bytes.length && state != State.LAST) {
            if (state == State.DATA) {
                int part = (int) Math.min(left, bytes.length - at);
                System.arraycopy(bytes, at, bytes, held, part);
                held += part;
                at += part;
                left -= part;
                state = left == 0 ? State.DATA_RETURN : State.DATA;
            } else {
                frame(bytes[at]);
                at++;
            }
        }
        end = at;
        return held;
    }

    private void frame(byte b) {
        switch (state) {
            case SIZE -> size(b);
            case EXTENSION -> extension(b);
            case SIZE_END -> {
                expect(b == '\n');
                line = 0;
                state = left == 0 ? State.LAST : State.DATA;
            }
            case DATA_RETURN -> {
                expect(b == '\r');
                state = State.DATA_END;
            }
            case DATA_END -> {
                expect(b == '\n');
                state = State.SIZE;
            }
            case DATA, LAST -> throw new IllegalStateException("no framing stands here");
        }
    }

    private void size(byte b) {
        int digit = Character.digit(b, 16);
        if (digit >= 0) {
            left = left * 16 + digit;
            line++;
            expect(left < MOST && line < LONGEST_LINE);
        } else {
            expect(line > 0 && (b == '\r' || b == ';' || b == ' ' || b == '\t'));
            state = b == '\r' ? State.SIZE_END : State.EXTENSION;
        }
    }

    private void extension(byte b) {
        line++;
        expect(b != '\n' && line < LONGEST_LINE);
        if (b == '\r') {
            state = State.SIZE_END;
        }
    }

    private static void expect(boolean right) {
        if (!right) {
            throw new DecoderException("the chunks of its answer are malformed");
        }
    }
}
