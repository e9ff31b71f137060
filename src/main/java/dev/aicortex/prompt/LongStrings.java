package dev.aicortex.prompt;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Passes JSON on with every long string emptied, and remembers where the string stands. So a parser
 * behind it reads a body of any length in little memory; a string's number, counted from 1 with the
 * names of fields, tells the parser's owner whether it was a long one.
 */
final class LongStrings extends InputStream {
    /** Bytes of the longest string that is passed on. */
    static final int LONG = 8 * 1024;

    /** The same once {@link #PLENTY} bytes of strings were passed on. */
    static final int LONG_WHEN_PLENTY = 256;

    static final int PLENTY = 4 << 20;

    private final InputStream in;
    private final byte[] buffer = new byte[8 * 1024];
    private final byte[] held = new byte[LONG];
    private final Map<Integer, LongString> found = new HashMap<>();
    private final ByteArrayOutputStream passed = new ByteArrayOutputStream();
    private ByteArrayInputStream ready = new ByteArrayInputStream(new byte[0]);
    private long offset;
    private long start;
    private boolean inside;
    private boolean escaped;
    private int strings;
    private long total;

    LongStrings(InputStream in) {
        this.in = in;
    }

    /** The string with this number if it was a long one; to be asked after it was read. */
    @Nullable LongString found(int string) {
        return found.get(string);
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] to, int from, int length) throws IOException {
        while (ready.available() == 0) {
            int count = in.read(buffer);
            if (count < 0) {
                return -1;
            }
            pass(count);
        }
        return ready.read(to, from, length);
    }

    private void pass(int count) {
        passed.reset();
        for (int i = 0; i < count; i++) {
            accept(buffer[i]);
            offset++;
        }
        ready = new ByteArrayInputStream(passed.toByteArray());
    }

    private void accept(byte b) {
        if (inside) {
            acceptInside(b);
            return;
        }
        passed.write(b);
        if (b == '"') {
            inside = true;
            start = offset + 1;
            strings++;
        }
    }

    private void acceptInside(byte b) {
        if (closes(b)) {
            closeString();
        } else if (offset - start < held.length) {
            held[(int) (offset - start)] = b;
        }
    }

    private boolean closes(byte b) {
        boolean meant = !escaped;
        escaped = meant && b == '\\';
        return meant && b == '"';
    }

    private void closeString() {
        long length = offset - start;
        if (length <= (total < PLENTY ? LONG : LONG_WHEN_PLENTY)) {
            passed.write(held, 0, (int) length);
            total += length;
        } else {
            found.put(strings, new LongString(length));
        }
        passed.write('"');
        inside = false;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
