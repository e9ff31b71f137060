package dev.aicortex.http.anthropic;

import dev.aicortex.model.ModelName;
import dev.aicortex.model.ValidationException;
import org.jspecify.annotations.Nullable;

/**
 * Which page of a list a client asks for; pure.
 *
 * @param after the page begins behind it, whether or not it is there
 * @param before the page ends before it
 * @param limit how many it has at most
 */
public record PageRequest(@Nullable ModelName after, @Nullable ModelName before, int limit) {
    private static final int USUAL = 20;
    private static final int MOST = 1_000;

    /**
     * From the query's parameters, an empty one counting as none.
     *
     * @throws ValidationException naming the one that is wrong
     */
    public static PageRequest of(
            @Nullable String afterId, @Nullable String beforeId, @Nullable String limit) {
        ModelName after = name(afterId);
        ModelName before = name(beforeId);
        if (after != null && before != null) {
            throw new ValidationException("after_id and before_id exclude each other; send one");
        }
        return new PageRequest(after, before, limit(limit));
    }

    private static @Nullable ModelName name(@Nullable String id) {
        return id == null || id.isBlank() ? null : ModelName.of(id);
    }

    private static int limit(@Nullable String text) {
        if (text == null || text.isEmpty()) {
            return USUAL;
        }
        if (!text.matches("[1-9]\\d{0,3}") || Integer.parseInt(text) > MOST) {
            throw ValidationException.of(
                    "limit", text, "is out of range", "write a number from 1 to " + MOST);
        }
        return Integer.parseInt(text);
    }

    /** Whether the page is the last one before a place, not the first one behind it. */
    boolean backward() {
        return before != null;
    }

    boolean covers(ModelName name) {
        return (after == null || name.compareTo(after) > 0)
                && (before == null || name.compareTo(before) < 0);
    }
}
