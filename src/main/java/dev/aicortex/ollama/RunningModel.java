package dev.aicortex.ollama;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import org.jspecify.annotations.Nullable;

/**
 * A model in a server's memory. One content may be loaded under a name and listed under several:
 * compare digests.
 *
 * @param size bytes of memory in all
 * @param digest SHA-256 of the manifest in hex, as the server's model list has it
 * @param expiresAt when it is unloaded unless it is asked before, RFC 3339
 * @param sizeVram of those bytes, the ones in the memory of GPUs
 * @param contextLength in tokens, as it was loaded; null where the server is too old to say
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonPropertyOrder({
    "name",
    "model",
    "size",
    "digest",
    "details",
    "expires_at",
    "size_vram",
    "context_length"
})
public record RunningModel(
        @Nullable String name,
        @Nullable String model,
        long size,
        @Nullable String digest,
        TagList.@Nullable Details details,
        @JsonProperty("expires_at") @Nullable String expiresAt,
        @JsonProperty("size_vram") long sizeVram,
        @JsonProperty("context_length") @JsonInclude(JsonInclude.Include.NON_NULL)
                @Nullable Integer contextLength) {
    /** The same under another name and the digest that belongs to it. */
    public RunningModel named(String other, String otherDigest) {
        return new RunningModel(
                other, other, size, otherDigest, details, expiresAt, sizeVram, contextLength);
    }

    /** The name, from whichever of the two fields has it; empty when neither does. */
    public String label() {
        if (name != null && !name.isBlank()) {
            return name;
        }
        return model == null ? "" : model;
    }
}
