package dev.aicortex.fleet.discovery;

import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * A server that was discovered.
 *
 * @param name as it is called where it was found
 * @param host an address or a name
 * @param labels as {@code name=value}
 */
record FoundServer(String name, String host, int port, List<String> labels) {
    private static final Pattern NO_PART_OF_A_NAME = Pattern.compile("[^A-Za-z0-9_-]");
    private static final Pattern NO_BEGINNING = Pattern.compile("^[_-]+");

    /** What the configuration takes for a label. */
    private static final Pattern LABEL =
            Pattern.compile("[A-Za-z0-9][A-Za-z0-9._/-]*=[A-Za-z0-9][A-Za-z0-9._/-]*");

    /**
     * Their settings by name, each server once: of two with one name, the one with the lower port
     * has it alone.
     */
    static Map<String, Map<String, String>> named(Collection<FoundServer> found) {
        Map<String, Map<String, String>> named = new TreeMap<>();
        Set<String> urls = new HashSet<>();
        found.stream()
                .sorted(
                        Comparator.comparing(FoundServer::name)
                                .thenComparingInt(FoundServer::port)
                                .thenComparing(FoundServer::host))
                .filter(server -> urls.add(server.url()))
                .forEach(server -> {
                    Map<String, String> settings = server.settings();
                    String name = server.configuredName();
                    if (named.putIfAbsent(name, settings) != null) {
                        named.putIfAbsent(name + "-" + server.port, settings);
                    }
                });
        return named;
    }

    private String configuredName() {
        String name = NO_PART_OF_A_NAME.matcher(name()).replaceAll("-");
        return NO_BEGINNING.matcher(name).replaceFirst("");
    }

    private String url() {
        return "http://%s:%d".formatted(host.contains(":") ? "[" + host + "]" : host, port);
    }

    private Map<String, String> settings() {
        List<String> taken =
                labels.stream().filter(label -> LABEL.matcher(label).matches()).sorted().toList();
        return taken.isEmpty()
                ? Map.of("url", url())
                : Map.of("url", url(), "labels", String.join(",", taken));
    }
}
