package dev.aicortex.ollama;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.aicortex.model.ContextTag;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A model in a server's memory: what routing needs of it, and all of it as the server wrote it. One
 * content may be loaded under a name and listed under several: compare digests.
 *
 * @param size bytes of memory in all
 * @param digest SHA-256 of the manifest in hex, as the server's model list has it
 * @param expiresAt when it is unloaded unless it is asked before, RFC 3339
 * @param sizeVram of those bytes, the ones in the memory of GPUs
 * @param contextLength in tokens, as it was loaded; null where the server is too old to say
 * @param entry the server's own JSON object
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record RunningModel(
        @Nullable String name,
        @Nullable String model,
        long size,
        @Nullable String digest,
        TagList.@Nullable Details details,
        @JsonProperty("expires_at") @Nullable String expiresAt,
        @JsonProperty("size_vram") long sizeVram,
        @JsonProperty("context_length") @Nullable Integer contextLength,
        @JsonIgnore String entry) {
    /** One that no server wrote. */
    public RunningModel(
            @Nullable String name,
            @Nullable String model,
            long size,
            @Nullable String digest,
            TagList.@Nullable Details details,
            @Nullable String expiresAt,
            long sizeVram,
            @Nullable Integer contextLength) {
        this(name, model, size, digest, details, expiresAt, sizeVram, contextLength, "{}");
    }

    private RunningModel with(
            @Nullable String name, @Nullable String model, @Nullable String digest, String entry) {
        return new RunningModel(
                name, model, size, digest, details, expiresAt, sizeVram, contextLength, entry);
    }

    /**
     * As clients see it: with both names, which they read the one or the other of, and its own in
     * the place of a context tag of the gateway's.
     */
    RunningModel asWritten(String written) {
        String both = ControlAnswers.withBothNames(written, name, model);
        RunningModel listed = with(name, model, digest, both);
        return ContextTag.of(label())
                .map(tag -> listed.named(tag.model(), tag.content()))
                .orElse(listed);
    }

    /** The server's own JSON object, with the server's address. */
    public String entryOn(String server) {
        return ControlAnswers.with(entry, Map.of("server", server));
    }

    /** The same under another name and the digest that belongs to it. */
    public RunningModel named(String other, String otherDigest) {
        Map<String, String> texts = Map.of("name", other, "model", other, "digest", otherDigest);
        return with(other, other, otherDigest, ControlAnswers.with(entry, texts));
    }

    /** The name, from whichever of the two fields has it; empty when neither does. */
    public String label() {
        if (name != null && !name.isBlank()) {
            return name;
        }
        return model == null ? "" : model;
    }
}
