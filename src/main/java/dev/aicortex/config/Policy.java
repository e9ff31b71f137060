package dev.aicortex.config;

import java.util.Locale;

/** By what rule a server is chosen among those that may be asked. */
public enum Policy {
    /** Where the first token is expected soonest. */
    EXPECTED_FIRST_TOKEN,
    /** Where the fewest requests are in flight, then in the configured order. */
    LEAST_BUSY,
    /** One after the other. */
    ROUND_ROBIN,
    /** The one with the lowest number that has a place free. */
    PRIORITY,
    /** Each as often as its weight says. */
    WEIGHTED;

    /** As it is written in keys, answers and metrics. */
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
