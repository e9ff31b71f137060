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

/** Servers that count beside those of the configuration: by origin and name, their settings. */
record Layers(Map<Origin, Map<String, Map<String, String>>> servers) {
    static final Layers NONE = new Layers(Map.of());

    boolean isEmpty() {
        return servers.isEmpty();
    }

    /** The same with other servers of an origin. */
    Layers with(Origin origin, Map<String, Map<String, String>> others) {
        Map<Origin, Map<String, Map<String, String>>> next = new EnumMap<>(Origin.class);
        next.putAll(servers);
        next.put(origin, Collections.unmodifiableMap(new TreeMap<>(others)));
        next.values().removeIf(Map::isEmpty);
        return new Layers(Collections.unmodifiableMap(next));
    }

    Map<String, Map<String, String>> of(Origin origin) {
        return servers.getOrDefault(origin, Map.of());
    }

    /** The keys of those that were added at run time. */
    Map<String, String> added() {
        Map<String, String> keys = new TreeMap<>();
        of(Origin.ADDED).forEach((name, settings) -> put(keys, name, settings));
        return keys;
    }

    private static void put(Map<String, String> keys, String name, Map<String, String> settings) {
        settings.forEach((key, value) ->
                keys.put("cortex.server.%s.%s".formatted(ConfigFile.quoted(name), key), value));
    }

    /**
     * The keys of the discovered servers that a configuration leaves room for: it has neither their
     * name nor their address, and no other origin before has. What it says by its host of a server
     * that it lists is that server's alone.
     */
    List<ConfigSource> discoveredBeside(CortexConfig config) {
        Map<Origin, Map<String, Map<String, String>>> discovered =
                with(Origin.ADDED, Map.of()).servers;
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
        discovered.forEach((origin, found) -> {
            Map<String, String> keys = new TreeMap<>();
            found.forEach((name, settings) -> {
                URI address = ServerUrl.of(settings.getOrDefault("url", "")).base();
                if (!names.contains(name) && addresses.add(address)) {
                    names.add(name);
                    put(keys, name, settings);
                }
            });
            sources.add(origin.source(keys));
        });
        return sources;
    }
}
