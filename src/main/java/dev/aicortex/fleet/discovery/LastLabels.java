package dev.aicortex.fleet.discovery;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.eclipse.microprofile.faulttolerance.Fallback;
import org.jboss.logging.Logger;

/**
 * The labels of pods, as the API told them last. No signature here names a class of its client:
 * fault tolerance reads them at each start, wanted or not.
 */
@ApplicationScoped
class LastLabels {
    private static final Logger LOG = Logger.getLogger(LastLabels.class);

    /** By the pods' ids: a pod of the same name may have others. */
    private final Map<String, List<String>> known = new ConcurrentHashMap<>();

    private volatile boolean told;

    /** Those that the API tells now; what it told last while it is away, at first none. */
    @Fallback(fallbackMethod = "lastKnown")
    List<String> of(String pod, Supplier<List<String>> api) {
        List<String> labels = api.get();
        known.put(pod, labels);
        told = false;
        return labels;
    }

    List<String> lastKnown(String pod, Supplier<List<String>> api, Exception e) {
        if (!told) { // once, not for each
            LOG.warnf(
                    "the labels of pods cannot be read, those that were read before count: %s",
                    e.getMessage());
            told = true;
        }
        return lastKnown(pod);
    }

    /** What the API told last. */
    List<String> lastKnown(String pod) {
        return known.getOrDefault(pod, List.of());
    }

    /** Whether they have been told. */
    boolean has(String pod) {
        return known.containsKey(pod);
    }

    /** Forgets all but these pods. */
    void retain(Set<String> pods) {
        known.keySet().retainAll(pods);
    }
}
