package dev.aicortex.gateway.watch;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.aicortex.usage.UsageRecord;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A request that has ended, and what happened to it.
 *
 * @param number of the requests of this process that have ended, from 0
 * @param id what its client knows it by
 * @param events in their order
 */
public record Timeline(long number, String id, UsageRecord record, List<Event> events) {
    /**
     * Something that happened; what does not belong to it is absent.
     *
     * @param at milliseconds since the request arrived
     * @param what {@code arrived}, {@code loaded}, {@code waited}, {@code asking}, {@code failed},
     *     {@code first_token} or {@code ended}
     * @param millis for which it waited, for the load or in all
     * @param attempt its number, from 1
     * @param server that is asked, or loads the model
     * @param model that is asked for
     * @param explain why that server
     * @param outcome of an attempt that failed, or of the request
     * @param reason why the load or the attempt failed, or the gateway refused the request, in
     *     words
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Event(
            @JsonProperty("at_ms") long at,
            String what,
            @Nullable Long millis,
            @Nullable Integer attempt,
            @Nullable String server,
            @Nullable String model,
            @Nullable Choice explain,
            @Nullable String outcome,
            @Nullable String reason) {
        static final Event ARRIVED = of(0, "arrived");

        private static Event of(long at, String what) {
            return new Event(at, what, null, null, null, null, null, null, null);
        }

        static Event waited(long at, long millis) {
            return new Event(at, "waited", millis, null, null, null, null, null, null);
        }

        static Event loaded(long at, long millis, String server, @Nullable String reason) {
            return new Event(at, "loaded", millis, null, server, null, null, null, reason);
        }

        static Event asking(long at, int attempt, String server, String model, Choice why) {
            return new Event(at, "asking", null, attempt, server, model, why, null, null);
        }

        static Event failed(long at, int attempt, String outcome, String reason) {
            return new Event(at, "failed", null, attempt, null, null, null, outcome, reason);
        }

        static Event firstToken(long at, int attempt) {
            return new Event(at, "first_token", null, attempt, null, null, null, null, null);
        }

        static Event ended(long at, String outcome, @Nullable String reason) {
            return new Event(at, "ended", null, null, null, null, null, outcome, reason);
        }
    }

    /** Why a server was asked. */
    public record Choice(String policy, @JsonUnwrapped Numbers numbers) {}
}
