package dev.aicortex.api;

import static com.fasterxml.jackson.annotation.JsonInclude.Include.NON_DEFAULT;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Duration;

/**
 * What an answer took, as its server counted. The times are nanoseconds in JSON, as Ollama gives
 * them, and are left out where they are not known.
 *
 * @param promptTokens tokens of the prompt
 * @param completionTokens tokens of the answer
 * @param totalNanos from the request's arrival to the answer's end; 0 when not known, as below
 * @param loadNanos of that, loading the model
 * @param promptNanos of that, reading the prompt
 * @param completionNanos of that, writing the answer
 */
@JsonIgnoreProperties(ignoreUnknown = true, value = "total_tokens", allowGetters = true)
public record Usage(
        @JsonProperty("prompt_tokens") int promptTokens,
        @JsonProperty("completion_tokens") int completionTokens,
        @JsonProperty("total_duration") @JsonInclude(NON_DEFAULT) long totalNanos,
        @JsonProperty("load_duration") @JsonInclude(NON_DEFAULT) long loadNanos,
        @JsonProperty("prompt_eval_duration") @JsonInclude(NON_DEFAULT) long promptNanos,
        @JsonProperty("eval_duration") @JsonInclude(NON_DEFAULT) long completionNanos) {
    /** The server counted nothing. */
    public static final Usage UNKNOWN = new Usage(0, 0, 0, 0, 0, 0);

    /** Counts without times. */
    public static Usage tokens(int prompt, int completion) {
        return new Usage(prompt, completion, 0, 0, 0, 0);
    }

    /** Tokens of the prompt and of the answer together. */
    @JsonProperty("total_tokens")
    public int totalTokens() {
        return promptTokens + completionTokens;
    }

    /** From the request's arrival at the server to the answer's end. */
    public Duration total() {
        return Duration.ofNanos(totalNanos);
    }

    /** How fast the answer was written; 0 when not known. */
    public double tokensPerSecond() {
        return completionNanos == 0
                ? 0
                : completionTokens * (double) Duration.ofSeconds(1).toNanos() / completionNanos;
    }
}
