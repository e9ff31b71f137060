package dev.aicortex.fleet.observed;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/** What the servers of a fleet have in common: the guess for a server that is new. */
public final class Typical {
    private final AtomicInteger parallel = new AtomicInteger(1);
    private final Map<String, OfModel> models = new ConcurrentHashMap<>();

    /** What one model's content has in common on all servers. */
    public static final class OfModel {
        private final AtomicReference<Speeds> speeds = new AtomicReference<>(Speeds.UNKNOWN);
        private final CacheMirror.Pause pause = new CacheMirror.Pause();
        private final PrefixTable prompts = new PrefixTable();
        private final AtomicInteger changes = new AtomicInteger();

        public AtomicReference<Speeds> speeds() {
            return speeds;
        }

        public CacheMirror.Pause pause() {
            return pause;
        }

        /** Where prompts went. */
        public PrefixTable prompts() {
            return prompts;
        }

        /** To be called after a server has got it into its memory or lost it. */
        public void changed() {
            changes.incrementAndGet();
        }

        /** How often that was so: what was found out before has to be found out again. */
        public int changes() {
            return changes.get();
        }
    }

    /** The most requests that a server of the fleet was seen to answer at once. */
    int parallel() {
        return parallel.get();
    }

    void parallel(int seen) {
        parallel.accumulateAndGet(seen, Math::max);
    }

    public OfModel of(String content) {
        return models.computeIfAbsent(content, _ -> new OfModel());
    }
}
