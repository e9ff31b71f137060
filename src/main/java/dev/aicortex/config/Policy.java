package dev.aicortex.config;

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
    WEIGHTED
}
