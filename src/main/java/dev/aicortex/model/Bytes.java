package dev.aicortex.model;

import java.util.Locale;

/** Sizes as people read them, in decimal units, as {@code ollama list} shows them. */
public final class Bytes {
    private static final double GIGA = 1e9;
    private static final double MEGA = 1e6;

    private Bytes() {}

    /** {@code 2019393189} → {@code 2.0 GB}; empty for nothing. */
    public static String text(long bytes) {
        if (bytes <= 0) {
            return "";
        }
        return bytes >= GIGA
                ? String.format(Locale.ROOT, "%.1f GB", bytes / GIGA)
                : String.format(Locale.ROOT, "%.0f MB", bytes / MEGA);
    }
}
