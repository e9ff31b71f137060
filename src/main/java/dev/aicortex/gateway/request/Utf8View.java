package dev.aicortex.gateway.request;

import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * Bytes with a question mark in place of each that belongs to no UTF-8 character, so that a parser
 * goes on and every offset stays the same.
 */
final class Utf8View extends FilterInputStream {
    /** How many further bytes belong to the character that has begun. */
    private int due;

    Utf8View(InputStream in) {
        super(new BufferedInputStream(in));
    }

    @Override
    public int read() throws IOException {
        int b = in.read();
        if (due > 0) {
            due--;
        } else if (b >= 0x80) {
            due = following(b);
            return due == 0 ? '?' : b;
        }
        return b;
    }

    @Override
    public int read(byte[] into, int start, int length) throws IOException {
        int count = 0;
        for (int b = 0; count < length; count++) {
            b = read();
            if (b < 0) {
                return count == 0 ? -1 : count;
            }
            into[start + count] = (byte) b;
        }
        return count;
    }

    /** How many bytes make a character with this one; 0 when it begins none. */
    private int following(int lead) throws IOException {
        int wanted = lead >= 0xf0 ? 3 : lead >= 0xe0 ? 2 : 1;
        if (lead < 0xc2 || lead > 0xf4) {
            return 0;
        }
        in.mark(wanted);
        int found = 0;
        while (found < wanted && continues(lead, found, in.read())) {
            found++;
        }
        in.reset();
        return found == wanted ? wanted : 0;
    }

    /** No longer form than needed, no surrogate, nothing above U+10FFFF (RFC 3629). */
    private static boolean continues(int lead, int at, int b) {
        if (at > 0) {
            return b >= 0x80 && b <= 0xbf;
        }
        int least = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
        int most = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
        return b >= least && b <= most;
    }
}
