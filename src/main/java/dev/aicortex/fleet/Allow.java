package dev.aicortex.fleet;

import dev.aicortex.config.Labels;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A rule that says which servers may be asked.
 *
 * @param labels that they have, all of them
 * @param key of the configuration that says so; several with "and" between
 */
public record Allow(Set<String> labels, String key) {
    /** There is no rule. */
    public static final Allow ALL = new Allow(Set.of(), "");

    /**
     * A rule as it is written.
     *
     * @param key of the configuration
     * @throws dev.aicortex.model.ValidationException for a label that is none
     */
    public static Allow of(String key, List<String> written) {
        return new Allow(Labels.of(key, written), key);
    }

    public boolean admits(Server server) {
        return labels.isEmpty() || server.labels().containsAll(labels);
    }

    List<ServerState> admitted(List<ServerState> states) {
        return labels.isEmpty()
                ? states
                : states.stream().filter(state -> admits(state.server())).toList();
    }

    /** This rule and another one. */
    public Allow and(Allow other) {
        if (labels.isEmpty() || other.labels.isEmpty()) {
            return labels.isEmpty() ? other : this;
        }
        Set<String> all = new HashSet<>(labels);
        all.addAll(other.labels);
        return new Allow(all, key + " and " + other.key);
    }

    /** What is asked for, {@code gpu=eu and tier=fast (cortex.routing.allow.keys.alice)}. */
    public String words() {
        return "%s (%s)".formatted(String.join(" and ", labels.stream().sorted().toList()), key);
    }
}
