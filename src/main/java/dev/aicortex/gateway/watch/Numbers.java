package dev.aicortex.gateway.watch;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.aicortex.fleet.Facts;
import dev.aicortex.routing.Expectation;

/**
 * What the choice of a server rests on. Times in milliseconds.
 *
 * @param expected until the first token: the sum of the next three
 * @param others what those wait longer, later, whose prompts leave the cache for this one
 */
public record Numbers(
        @JsonProperty("expected_ms") double expected,
        @JsonProperty("queue_ms") double queue,
        @JsonProperty("load_ms") double load,
        @JsonProperty("prefill_ms") double prefill,
        @JsonProperty("others_ms") double others,
        @JsonProperty("cached_bytes") long cachedBytes,
        @JsonProperty("in_flight") int inFlight,
        int parallel) {
    public static Numbers of(Facts facts, Expectation expected) {
        return new Numbers(
                tenths(expected.millis()),
                tenths(expected.queue()),
                tenths(expected.load()),
                tenths(expected.prefill()),
                tenths(expected.others()),
                facts.cachedBytes(),
                facts.inFlight(),
                facts.parallel());
    }

    /** As figures are told: what is finer is noise. */
    public static double tenths(double figure) {
        return Math.round(figure * 10) / 10.0;
    }
}
