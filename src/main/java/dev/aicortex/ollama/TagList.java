package dev.aicortex.ollama;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.aicortex.model.ContextTag;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What {@code GET /api/tags} answers: the models that a server holds. */
@JsonIgnoreProperties(ignoreUnknown = true)
public record TagList(@Nullable List<Tag> models) {
    /**
     * The models; a server without any may leave the field out or send null. The gateway's own
     * context tags are none: nobody but it has to know of them.
     */
    public List<Tag> tags() {
        return all().filter(tag -> !ContextTag.is(tag.label())).toList();
    }

    /** The names of the context tags that the gateway made there. */
    public Set<String> contextTags() {
        return all().map(Tag::label).filter(ContextTag::is).collect(Collectors.toUnmodifiableSet());
    }

    private Stream<Tag> all() {
        return models == null ? Stream.of() : models.stream().filter(Objects::nonNull);
    }

    /**
     * One model of one server.
     *
     * @param name as the server spells it, with its tag
     * @param model the same name again; some servers send only one of the two
     * @param modifiedAt RFC 3339
     * @param size bytes on disk
     * @param digest SHA-256 of the manifest in hex
     * @param remoteModel what a cloud model is called where it runs; null for one that runs here
     * @param remoteHost where that is: prompts for this model leave the server's machine
     */
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Tag(
            @Nullable String name,
            @Nullable String model,
            @JsonProperty("modified_at") @Nullable String modifiedAt,
            long size,
            @Nullable String digest,
            @Nullable Details details,
            @JsonProperty("remote_model") @JsonInclude(JsonInclude.Include.NON_NULL)
                    @Nullable String remoteModel,
            @JsonProperty("remote_host") @JsonInclude(JsonInclude.Include.NON_NULL)
                    @Nullable String remoteHost) {
        /** The same model under another name. */
        public Tag named(String other) {
            return new Tag(
                    other, other, modifiedAt, size, digest, details, remoteModel, remoteHost);
        }

        /** Its content, SHA-256 of the manifest; empty where the server does not tell. */
        public String content() {
            return digest == null || digest.isBlank() ? "" : digest;
        }

        /** Whether it runs on somebody else's machine: the server only passes prompts on. */
        public boolean remote() {
            return remoteHost != null && !remoteHost.isBlank();
        }

        /** The name, from whichever of the two fields has it; empty when neither does. */
        public String label() {
            if (name != null && !name.isBlank()) {
                return name;
            }
            return model == null ? "" : model;
        }
    }

    /** Facts about a model's file; absent ones are null. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Details(
            @JsonProperty("parent_model") @Nullable String parentModel,
            @Nullable String format,
            @Nullable String family,
            @Nullable List<String> families,
            @JsonProperty("parameter_size") @Nullable String parameterSize,
            @JsonProperty("quantization_level") @Nullable String quantizationLevel) {}
}
