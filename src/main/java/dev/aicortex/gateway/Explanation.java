package dev.aicortex.gateway;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a request would go now, and why.
 *
 * @param model as servers would be asked for it
 * @param promptBytes that were looked at; 0 under a policy that does not
 * @param waiting requests that wait for a place on one of its servers
 * @param servers that hold the model, the best first, those that cannot be asked last
 */
public record Explanation(
        String model,
        String policy,
        @JsonProperty("prompt_bytes") long promptBytes,
        int waiting,
        List<Place> servers) {
    /**
     * One server.
     *
     * @param rank from 1; 0 when it cannot be asked
     * @param reason why it cannot be asked, or comes after better ones
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Place(
            String server, int rank, @Nullable Numbers numbers, @Nullable String reason) {}

    /**
     * What its rank rests on. Times in milliseconds.
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
            int parallel) {}
}
