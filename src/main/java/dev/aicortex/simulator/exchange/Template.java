package dev.aicortex.simulator.exchange;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A text with gaps, turned into bytes once, so that filling it only copies arrays: a token's chunk
 * costs no formatting. In the text a single quote stands for a double one, {@code @} for a gap,
 * {@code #} for a gap whose text becomes a JSON string.
 */
public final class Template {
    private final List<byte[]> pieces;
    private final String gaps;

    private Template(List<byte[]> pieces, String gaps) {
        this.pieces = pieces;
        this.gaps = gaps;
    }

    public static Template of(String text) {
        List<byte[]> pieces = new ArrayList<>();
        for (String piece : text.replace('\'', '"').split("[@#]", -1)) {
            pieces.add(piece.getBytes(StandardCharsets.UTF_8));
        }
        return new Template(pieces, text.replaceAll("[^@#]", ""));
    }

    /** The same text with its first gaps filled. */
    public Template bind(Object... values) {
        Buffer head = Buffer.buffer();
        for (int i = 0; i < values.length; i++) {
            head.appendBytes(pieces.get(i)).appendBytes(bytes(values[i], i));
        }
        head.appendBytes(pieces.get(values.length));
        List<byte[]> rest = new ArrayList<>();
        rest.add(head.getBytes());
        rest.addAll(pieces.subList(values.length + 1, pieces.size()));
        return new Template(rest, gaps.substring(values.length));
    }

    /** The text with its only gap filled. */
    public Buffer fill(byte[] value) {
        byte[] before = pieces.getFirst();
        byte[] after = pieces.getLast();
        return Buffer.buffer(before.length + value.length + after.length)
                .appendBytes(before)
                .appendBytes(value)
                .appendBytes(after);
    }

    /**
     * The text with every gap filled: by bytes and buffers as they are, by anything else as text.
     */
    public Buffer fill(Object... values) {
        if (values.length != gaps.length()) {
            throw new IllegalArgumentException(
                    values.length + " values for " + gaps.length() + " gaps");
        }
        Buffer out = Buffer.buffer(512).appendBytes(pieces.getFirst());
        for (int i = 0; i < values.length; i++) {
            out.appendBytes(bytes(values[i], i)).appendBytes(pieces.get(i + 1));
        }
        return out;
    }

    private byte[] bytes(Object value, int gap) {
        return switch (value) {
            case byte[] bytes -> bytes;
            case Buffer buffer -> buffer.getBytes();
            case String text when gaps.charAt(gap) == '#' -> GoJson.quoted(text);
            default -> value.toString().getBytes(StandardCharsets.UTF_8);
        };
    }
}
