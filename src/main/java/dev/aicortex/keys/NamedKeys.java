package dev.aicortex.keys;

import dev.aicortex.config.CortexConfig;
import dev.aicortex.model.NearestNames;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;

/**
 * The keys that settings name, whether of the configuration or the database: a name that no key has
 * is told once, and again only after there was such a key.
 */
final class NamedKeys {
    private record Named(String setting, String name) {}

    private final Set<Named> all = new HashSet<>();
    private Set<Named> told = Set.of();

    /** From now on these settings count. */
    synchronized void take(CortexConfig config) {
        all.clear();
        add(config.queue().priorities().keySet(), name -> "cortex.queue.priorities." + name);
        add(config.routing().allow().keys().keySet(), name -> "cortex.routing.allow.keys." + name);
        add(config.resumeKeys().orElse(List.of()), _ -> "cortex.resume-keys");
        add(config.prompt().stripOffKeys().orElse(List.of()), _ -> "cortex.prompt.strip-off-keys");
    }

    private void add(Collection<String> names, UnaryOperator<String> setting) {
        names.forEach(name -> all.add(new Named(setting.apply(name), name)));
    }

    /** What people are to be told, in a fixed order; mostly nothing. */
    synchronized List<String> news(Set<String> names) {
        Set<Named> missing = new HashSet<>(all);
        missing.removeIf(named -> names.contains(named.name));
        Set<String> news = new TreeSet<>();
        for (Named named : missing) {
            if (!told.contains(named)) {
                news.add(words(named, names));
            }
        }
        told = missing;
        return List.copyOf(news);
    }

    private static String words(Named named, Set<String> names) {
        List<String> near = NearestNames.of(named.name, names, 1);
        return "%s: there is no key '%s', so it is without effect; %s"
                .formatted(
                        named.setting,
                        named.name,
                        near.isEmpty()
                                ? "aicortex key list tells the names"
                                : "did you mean " + near.getFirst() + "?");
    }
}
