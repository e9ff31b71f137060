package dev.aicortex.http.anthropic;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.aicortex.model.ModelName;
import dev.aicortex.model.Timestamp;
import dev.aicortex.ollama.TagList;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Models in Anthropic's shape, a page at a time; pure.
 *
 * @param data sorted by name, which makes a page's place outlive its model
 * @param hasMore whether further ones follow in the direction that was asked for
 * @param firstId null when the page is empty; the same for {@code lastId}
 */
public record ModelPage(
        List<ModelEntry> data,
        @JsonProperty("first_id") @Nullable String firstId,
        @JsonProperty("last_id") @Nullable String lastId,
        @JsonProperty("has_more") boolean hasMore) {
    /**
     * One model.
     *
     * @param createdAt RFC 3339, when its file last changed; 1970 when no server tells
     */
    public record ModelEntry(
            String type,
            String id,
            @JsonProperty("display_name") String displayName,
            @JsonProperty("created_at") String createdAt) {
        /** Under the name that the client asked for. */
        public static ModelEntry of(TagList.Tag tag, String id) {
            return new ModelEntry("model", id, tag.label(), time(tag.modifiedAt()));
        }

        private static String time(@Nullable String text) {
            return Timestamp.of(text).orElse(Instant.EPOCH).toString();
        }
    }

    /** The page that was asked for, of models that are sorted by name. */
    public static ModelPage of(List<TagList.Tag> sorted, PageRequest request) {
        List<TagList.Tag> left = sorted.stream().filter(tag -> request.covers(name(tag))).toList();
        int size = Math.min(left.size(), request.limit());
        int from = request.backward() ? left.size() - size : 0;
        List<ModelEntry> page =
                left.subList(from, from + size).stream()
                        .map(tag -> ModelEntry.of(tag, tag.label()))
                        .toList();
        return new ModelPage(
                page,
                page.isEmpty() ? null : page.getFirst().id(),
                page.isEmpty() ? null : page.getLast().id(),
                size < left.size());
    }

    private static ModelName name(TagList.Tag tag) {
        return ModelName.of(tag.label());
    }
}
