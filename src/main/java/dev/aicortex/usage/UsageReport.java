package dev.aicortex.usage;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What was used in a time, told apart as it was asked for.
 *
 * @param since RFC 3339; a span of the sums begins there
 * @param until the same, for the first moment behind it
 * @param span over which each row sums up; absent where rows are about the whole time
 * @param usage the most tokens first; with spans, in the order of time; the sum of those that are
 *     not told apart behind those that are
 * @param more whether there are further rows, which are in the total alone
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record UsageReport(
        String since,
        String until,
        List<String> by,
        @Nullable String span,
        List<Row> usage,
        Sums total,
        boolean more) {
    /**
     * One of them; what is not told apart is absent, and a name that requests did not have is
     * empty.
     *
     * @param at when the span begins, RFC 3339
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Row(
            @Nullable String at,
            @Nullable String key,
            @Nullable String user,
            @Nullable String model,
            @Nullable String server,
            @JsonUnwrapped Sums sums) {}

    /**
     * Records, the latest first.
     *
     * @param next the cursor of those before them; absent where there are none
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Page(List<Kept> records, @Nullable String next) {}

    /**
     * A record as it is kept, and as a line of the access log.
     *
     * @param id of its own, the records' order; in a log that of the request
     * @param at when it ended, RFC 3339
     * @param firstToken absent where no stream began
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Kept(
            String id,
            String at,
            String key,
            String user,
            String dialect,
            String route,
            @JsonProperty("model_asked") String asked,
            String model,
            String server,
            int attempts,
            @JsonProperty("waited_ms") long waited,
            @JsonProperty("first_token_ms") @Nullable Long firstToken,
            @JsonProperty("duration_ms") long duration,
            @JsonProperty("prompt_tokens") long prompt,
            @JsonProperty("cached_tokens") long cached,
            @JsonProperty("completion_tokens") long completion,
            String outcome,
            String code,
            @JsonProperty("stop_reason") String stopReason) {
        /**
         * As it leaves the process, its texts cleaned.
         *
         * @param id the record's own or that of the request
         */
        public static Kept of(String id, UsageRecord record) {
            return new Kept(
                    CleanText.of(id),
                    Instant.ofEpochMilli(record.at()).toString(),
                    CleanText.of(record.key()),
                    CleanText.of(record.user()),
                    record.route().dialect(),
                    record.route().path(),
                    CleanText.of(record.asked()),
                    CleanText.of(record.model()),
                    CleanText.of(record.server()),
                    record.attempts(),
                    record.waited(),
                    record.firstToken() < 0 ? null : record.firstToken(),
                    record.duration(),
                    record.prompt(),
                    record.cached(),
                    record.completion(),
                    record.outcome().word(),
                    CleanText.of(record.code()),
                    CleanText.of(record.stopReason()));
        }
    }
}
