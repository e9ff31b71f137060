package dev.aicortex.simulator;

import java.nio.charset.StandardCharsets;

/**
 * Strings as Go's encoder writes them into JSON: {@code <}, {@code >}, {@code &}, U+2028 and U+2029
 * are escaped, other characters are not.
 */
final class GoJson {
    private GoJson() {}

    static byte[] quoted(String text) {
        return quote(text).getBytes(StandardCharsets.UTF_8);
    }

    static String quote(String text) {
        StringBuilder out = new StringBuilder(text.length() + 16).append('"');
        for (int i = 0; i < text.length(); i++) {
            append(out, text.charAt(i));
        }
        return out.append('"').toString();
    }

    private static void append(StringBuilder out, char c) {
        switch (c) {
            case '"' -> out.append("\\\"");
            case '\\' -> out.append("\\\\");
            case '\n' -> out.append("\\n");
            case '\r' -> out.append("\\r");
            case '\t' -> out.append("\\t");
            case '\b' -> out.append("\\b");
            case '\f' -> out.append("\\f");
            case '<', '>', '&', '\u2028', '\u2029' -> escape(out, c);
            default -> plain(out, c);
        }
    }

    private static void plain(StringBuilder out, char c) {
        if (c < ' ') {
            escape(out, c);
        } else {
            out.append(c);
        }
    }

    private static void escape(StringBuilder out, char c) {
        out.append("\\u").append(String.format("%04x", (int) c));
    }
}
