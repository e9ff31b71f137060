package dev.aicortex.ollama;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.aicortex.model.ContextTag;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What {@code GET /api/tags} answers: all that a server holds. */
public record TagList(List<Tag> all) {
    /** The models. The gateway's own context tags are none: nobody but it has to know of them. */
    public List<Tag> tags() {
        return all.stream().filter(tag -> !ContextTag.is(tag.label())).toList();
    }

    /**
     * The names of the context tags that the gateway made there, as the server spells them; case
     * tells none apart.
     */
    public Set<String> contextTags() {
        Set<String> names = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        all.stream().map(Tag::label).filter(ContextTag::is).forEach(names::add);
        return Collections.unmodifiableSet(names);
    }

    /**
     * One model of one server: what routing needs of it, and all of it as the server wrote it.
     *
     * @param name as the server spells it, with its tag
     * @param model the same name again; some servers send only one of the two
     * @param modifiedAt RFC 3339
     * @param size bytes on disk
     * @param digest SHA-256 of the manifest in hex
     * @param remoteModel what a cloud model is called where it runs; null for one that runs here
     * @param remoteHost where that is: prompts for this model leave the server's machine
     * @param entry the server's own JSON object, which lists show
     */
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Tag(
            @Nullable String name,
            @Nullable String model,
            @JsonProperty("modified_at") @Nullable String modifiedAt,
            long size,
            @Nullable String digest,
            @Nullable Details details,
            @JsonProperty("remote_model") @Nullable String remoteModel,
            @JsonProperty("remote_host") @Nullable String remoteHost,
            @JsonIgnore String entry) {
        /** One that no server wrote: in a list it would have no more than its name. */
        public Tag(
                @Nullable String name,
                @Nullable String model,
                @Nullable String modifiedAt,
                long size,
                @Nullable String digest,
                @Nullable Details details,
                @Nullable String remoteModel,
                @Nullable String remoteHost) {
            this(name, model, modifiedAt, size, digest, details, remoteModel, remoteHost, "{}");
        }

        private Tag with(@Nullable String name, @Nullable String model, String entry) {
            return new Tag(
                    name, model, modifiedAt, size, digest, details, remoteModel, remoteHost, entry);
        }

        /** Clients read the one name or the other. */
        Tag asWritten(String written) {
            return with(name, model, ControlAnswers.withBothNames(written, name, model));
        }

        /** The same model under another name. */
        public Tag named(String other) {
            Map<String, String> names = Map.of("name", other, "model", other);
            return with(other, other, ControlAnswers.with(entry, names));
        }

        /** Its content, SHA-256 of the manifest; empty where the server does not tell. */
        public String content() {
            return digest == null || digest.isBlank() ? "" : digest;
        }

        /** The family of its architecture, {@code llama}; empty where the server does not tell. */
        public String family() {
            return details == null || details.family() == null ? "" : details.family();
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
            @Nullable String family,
            @JsonProperty("parameter_size") @Nullable String parameterSize,
            @JsonProperty("quantization_level") @Nullable String quantizationLevel) {}
}
