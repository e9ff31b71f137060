package dev.aicortex.usage;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * What some requests used together. Times in milliseconds.
 *
 * @param requests all of them, each counted as well by how it ended
 * @param cachedTokens those of the prompts that servers had cached
 */
public record Sums(
        long requests,
        long complete,
        long truncated,
        long failed,
        long refused,
        @JsonProperty("client_gone") long clientGone,
        @JsonProperty("prompt_tokens") long promptTokens,
        @JsonProperty("cached_tokens") long cachedTokens,
        @JsonProperty("completion_tokens") long completionTokens,
        @JsonProperty("waited_ms") long waited,
        @JsonProperty("duration_ms") long duration) {
    public static final Sums NONE = new Sums(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

    static Sums of(UsageRecord record) {
        return new Sums(
                1,
                one(record, UsageRecord.Outcome.COMPLETE),
                one(record, UsageRecord.Outcome.TRUNCATED),
                one(record, UsageRecord.Outcome.FAILED),
                one(record, UsageRecord.Outcome.REFUSED),
                one(record, UsageRecord.Outcome.CLIENT_GONE),
                record.prompt(),
                record.cached(),
                record.completion(),
                record.waited(),
                record.duration());
    }

    private static long one(UsageRecord record, UsageRecord.Outcome outcome) {
        return record.outcome() == outcome ? 1 : 0;
    }

    Sums plus(Sums other) {
        return new Sums(
                requests + other.requests,
                complete + other.complete,
                truncated + other.truncated,
                failed + other.failed,
                refused + other.refused,
                clientGone + other.clientGone,
                promptTokens + other.promptTokens,
                cachedTokens + other.cachedTokens,
                completionTokens + other.completionTokens,
                waited + other.waited,
                duration + other.duration);
    }
}
