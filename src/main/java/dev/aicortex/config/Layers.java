package dev.aicortex.config;

import dev.aicortex.model.ServerUrl;
import java.net.URI;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.eclipse.microprofile.config.spi.ConfigSource;

/**
 * What counts beside the configuration: keys that were added at run time, and discovered servers by
 * origin and name, each with its settings by key.
 */
record Layers(Map<String, String> added, Map<Origin, Map<String, Map<String, String>>> discovered) {
    static final Layers NONE = new Layers(Map.of(), Map.of());

    boolean isEmpty() {
        return added.isEmpty() && discovered.isEmpty();
    }

    /** The same with other keys that were added. */
    Layers with(Map<String, String> keys) {
        return new Layers(Map.copyOf(keys), discovered);
    }

    /** The same with other servers of an origin. */
    Layers with(Origin origin, Map<String, Map<String, String>> servers) {
        Map<Origin, Map<String, Map<String, String>>> next = new EnumMap<>(Origin.class);
        next.putAll(discovered);
        next.put(origin, Collections.unmodifiableMap(new TreeMap<>(servers)));
        next.values().removeIf(Map::isEmpty);
        return new Layers(added, Collections.unmodifiableMap(next));
    }

    Map<String, Map<String, String>> discovered(Origin origin) {
        return discovered.getOrDefault(origin, Map.of());
    }

    /**
     * The keys of the discovered servers that a configuration leaves room for: it has neither their
     * name nor their address, and no other origin before has. What it says by its host of a server
     * that it lists is that server's alone.
     */
    List<ConfigSource> discoveredBeside(CortexConfig config) {
        if (discovered.isEmpty()) {
            return List.of();
        }
        Set<String> names = new HashSet<>();
        Set<URI> addresses = new HashSet<>();
        List<ServerUrl> listed =
                config.servers().orElse(List.of()).stream().map(ServerUrl::of).toList();
        listed.forEach(url -> addresses.add(url.base()));
        for (ServerEntry entry : ServerEntry.all(config)) {
            if (entry.defines()) {
                names.add(entry.name());
                entry.url().ifPresent(url -> addresses.add(url.base()));
            } else if (listed.stream().anyMatch(entry::means)) {
                names.add(entry.name());
            }
        }
        List<ConfigSource> sources = new ArrayList<>();
        discovered.forEach((origin, servers) -> {
            Map<String, String> keys = new TreeMap<>();
            servers.forEach((name, settings) -> {
                URI address = ServerUrl.of(settings.getOrDefault("url", "")).base();
                if (!names.contains(name) && addresses.add(address)) {
                    names.add(name);
                    settings.forEach((key, value) ->
                            keys.put(
                                    "cortex.server.%s.%s".formatted(ConfigFile.quoted(name), key),
                                    value));
                }
            });
            sources.add(origin.source(keys));
        });
        return sources;
    }
}
