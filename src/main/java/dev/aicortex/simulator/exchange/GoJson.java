package dev.aicortex.simulator.exchange;

import java.nio.charset.StandardCharsets;

/**
 * Strings as Go's encoder writes them into JSON: {@code <}, {@code >}, {@code &}, U+2028 and U+2029
 * are escaped, other characters are not.
 */
public final class GoJson {
    private GoJson() {}

    public static byte[] quoted(String text) {
        return quote(text).getBytes(StandardCharsets.UTF_8);
    }

    public static String quote(String text) {
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
            default -> {
                if (c < ' ' || "<>&\u2028\u2029".indexOf(c) >= 0) {
                    out.append(String.format("\\u%04x", (int) c));
                } else {
                    out.append(c);
                }
            }
        }
    }
}
