package dev.aicortex.config;

import dev.aicortex.model.ServerUrl;
import dev.aicortex.model.ValidationException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * What {@code cortex.server.<name>} says of one server.
 *
 * @param name its own where the entry has a URL, else its host, {@code host:port} or URL
 * @param url of the server, where the entry tells it
 */
public record ServerEntry(String name, CortexConfig.Server said, Optional<ServerUrl> url) {
    private static final String PREFIX = "cortex.server.";

    /**
     * All entries, sorted by name.
     *
     * @throws ValidationException for a URL that is none, and for one that two entries have
     */
    public static List<ServerEntry> all(CortexConfig config) {
        List<ServerEntry> entries = new ArrayList<>();
        Map<ServerUrl, String> named = new HashMap<>();
        new TreeMap<>(config.server())
                .forEach((name, said) -> {
                    ServerEntry entry = of(name, said);
                    entries.add(entry);
                    String other = entry.defines() ? named.put(entry.bare(), name) : null;
                    if (other != null) {
                        throw ValidationException.of(
                                entry.key() + ".url",
                                entry.bare(),
                                "is the server of %s%s too".formatted(PREFIX, other),
                                "leave one of the two out");
                    }
                });
        return List.copyOf(entries);
    }

    private static ServerEntry of(String name, CortexConfig.Server said) {
        String key = PREFIX + name;
        Optional<ServerUrl> url = said.url().map(text -> ServerUrl.of(text, key + ".url"));
        if (url.isEmpty() && name.contains("://")) {
            url = Optional.of(ServerUrl.of(name, key));
        }
        return new ServerEntry(name, said, url);
    }

    private ServerUrl bare() {
        return new ServerUrl(url.orElseThrow().base(), Optional.empty());
    }

    /** What its keys begin with. */
    public String key() {
        return PREFIX + name;
    }

    /** Whether it makes the server one of the fleet, under this name. */
    public boolean defines() {
        return said.url().isPresent();
    }

    public boolean means(ServerUrl server) {
        return url.map(own -> own.base().equals(server.base()))
                .orElseGet(() -> at(server.name(), server.port()));
    }

    /** Whether it may be the server there: for TLS, which knows no paths. */
    public boolean at(String host, int port) {
        return url.map(own -> own.name().equals(host) && own.port() == port)
                .orElseGet(() ->
                        name.equalsIgnoreCase(host) || name.equalsIgnoreCase(host + ":" + port));
    }

    /** What the first of the entries says that mean a server and say something. */
    public static <T> Optional<T> first(
            List<ServerEntry> entries, ServerUrl server, Function<ServerEntry, Optional<T>> said) {
        return entries.stream()
                .filter(entry -> entry.means(server))
                .flatMap(entry -> said.apply(entry).stream())
                .findFirst();
    }
}
