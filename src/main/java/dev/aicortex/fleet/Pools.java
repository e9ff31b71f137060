package dev.aicortex.fleet;

import dev.aicortex.config.CortexConfig.MixedDigests;
import dev.aicortex.model.ModelName;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The servers that may be asked for a model: one pool, or one for each content where contents
 * differ, the one that is served first.
 */
public final class Pools {
    private final List<Pool> all;
    private final List<ServerState> holders;

    private Pools(List<Pool> all, List<ServerState> holders) {
        this.all = all;
        this.holders = holders;
    }

    /**
     * Pools of the holders that may be asked.
     *
     * @param drift how their contents differ; null when they do not
     */
    static Pools of(
            ModelName model, List<ServerState> allowed, @Nullable Drift drift, MixedDigests mixed) {
        if (drift == null || mixed == MixedDigests.ANY || allowed.isEmpty()) {
            return new Pools(List.of(Pool.of(model, allowed)), allowed);
        }
        List<Pool> pools = new ArrayList<>();
        Set<ServerState> holders = new LinkedHashSet<>();
        for (Content content : drift.contents()) {
            List<ServerState> have =
                    allowed.stream()
                            .filter(state -> Drift.has(state, model, content.digest()))
                            .toList();
            if (!have.isEmpty() && (pools.isEmpty() || mixed == MixedDigests.FALL_OVER)) {
                pools.add(Pool.of(model, have, content.digest(), !pools.isEmpty()));
                holders.addAll(have);
            }
        }
        return new Pools(List.copyOf(pools), List.copyOf(holders));
    }

    /** All servers that may be asked, healthy or not. */
    public List<ServerState> holders() {
        return holders;
    }

    /** The pool that is served. */
    public Pool served() {
        return all.getFirst();
    }

    /**
     * The pool to choose from: the served one, as long as one of its servers can be asked.
     *
     * @param tried servers that the request has been to
     * @param content that it was asked for there; what has begun with one stays with it
     */
    public Pool open(Collection<Server> tried, String content) {
        if (all.size() == 1) {
            return all.getFirst();
        }
        return all.stream()
                .filter(pool -> !tried.isEmpty() && pool.content().equals(content))
                .filter(pool -> pool.open(tried))
                .findFirst()
                .or(() -> all.stream().filter(pool -> pool.open(tried)).findFirst())
                .orElse(all.getFirst());
    }
}
