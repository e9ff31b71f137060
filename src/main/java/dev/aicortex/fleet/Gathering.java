package dev.aicortex.fleet;

import dev.aicortex.ollama.TagList;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The holders of one model while they are gone through, and whether their contents differ. */
final class Gathering {
    private final List<ServerState> holders = new ArrayList<>();
    private @Nullable String first;
    private boolean differs;

    void add(ServerState state, TagList.Tag tag) {
        holders.add(state);
        String digest = tag.content();
        if (digest.isEmpty()) {
            return;
        }
        differs |= first != null && !first.equals(digest);
        first = digest;
    }

    List<ServerState> holders() {
        return holders;
    }

    boolean differs() {
        return differs;
    }
}
