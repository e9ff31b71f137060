package dev.aicortex.fleet;

import dev.aicortex.model.ModelName;
import dev.aicortex.ollama.TagList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A model's tag has different contents on different servers.
 *
 * @param contents two at least, the one that is served first
 */
public record Drift(ModelName model, List<Content> contents) {
    /**
     * The models whose contents differ.
     *
     * @param before what was served then goes on being served as long as it may; nothing while
     *     servers have not been asked: chance would decide
     */
    static Map<ModelName, Drift> in(
            Map<ModelName, Gathering> gathered, @Nullable FleetSnapshot before) {
        FleetSnapshot known = before != null && before.settled() ? before : null;
        Map<ModelName, Drift> drifts = new TreeMap<>();
        gathered.forEach((model, found) -> {
            if (found.differs()) {
                String served = known == null ? "" : known.served(model);
                drifts.put(model, of(model, found.holders(), served));
            }
        });
        return Collections.unmodifiableMap(drifts);
    }

    private static Drift of(ModelName model, List<ServerState> holders, String before) {
        return new Drift(model, Content.inOrder(model, holders, before));
    }

    public Content served() {
        return contents.getFirst();
    }

    /** What a server that is up says of the content that is served; empty when none is. */
    Optional<TagList.Tag> tag() {
        return FleetSnapshot.anyTag(served().holders(), model);
    }

    /** Whether the server has this content, or may have it. */
    static boolean has(ServerState state, ModelName model, String digest) {
        String own = state.digest(model);
        return own.isEmpty() || own.equals(digest);
    }
}
