package dev.aicortex.translate;

import java.util.HashMap;
import java.util.Map;

/**
 * The names of the tools that a conversation's calls were for, by the ids of the calls; of equal
 * ids the last call counts. A client's result has the id alone, a model's template may want the
 * name.
 */
final class ToolNames {
    private final Map<String, String> names = new HashMap<>();

    void remember(String id, String name) {
        names.put(id, name);
    }

    /** Empty when no call has the id. */
    String of(String id) {
        return names.getOrDefault(id, "");
    }
}
