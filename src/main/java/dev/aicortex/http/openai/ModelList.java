package dev.aicortex.http.openai;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.aicortex.model.Timestamp;
import dev.aicortex.ollama.TagList;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Models in OpenAI's shape, {@code GET /v1/models}. */
public record ModelList(String object, List<ModelEntry> data) {
    public static ModelList of(List<TagList.Tag> models) {
        return new ModelList(
                "list", models.stream().map(tag -> ModelEntry.of(tag, tag.label())).toList());
    }

    /**
     * One model.
     *
     * @param created seconds since 1970, when its file last changed
     * @param ownedBy the namespace, {@code library} for Ollama's own
     */
    public record ModelEntry(
            String id, String object, long created, @JsonProperty("owned_by") String ownedBy) {
        /** Under the name that the client asked for. */
        public static ModelEntry of(TagList.Tag tag, String id) {
            return new ModelEntry(id, "model", seconds(tag.modifiedAt()), owner(tag.label()));
        }

        private static String owner(String name) {
            int slash = name.lastIndexOf('/');
            return slash < 0 ? "library" : name.substring(0, slash);
        }

        private static long seconds(@Nullable String time) {
            return Timestamp.of(time).orElse(Instant.EPOCH).getEpochSecond();
        }
    }
}
