package dev.aicortex.config;

import dev.aicortex.model.NearestNames;
import dev.aicortex.model.ValidationException;
import io.smallrye.config.ConfigMappings.ConfigClass;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** The keys that exist, and the one that a misspelt one may have meant. */
public final class Keys {
    private static final String PREFIX = "cortex.";

    /** Stands for what a user calls an entry of a map. */
    private static final String NAME = "<name>";

    /** Read by the command line, not by the gateway. */
    private static final Set<String> OTHERS = Set.of("CORTEX_URL", "CORTEX_KEY");

    /** What Kubernetes puts into every environment beside a Service that is called cortex. */
    private static final Pattern KUBERNETES = Pattern.compile("CORTEX_(SERVICE_.*|PORT(_.*)?)");

    private Keys() {}

    /**
     * Every key with its default; empty where there is none. Sorted by name. A map's stands there
     * as {@code cortex.keys.<name>}.
     */
    public static Map<String, String> all() {
        Map<String, String> keys = new TreeMap<>();
        ConfigClass.configClass(CortexConfig.class)
                .getProperties()
                .forEach((key, value) -> {
                    if (!key.endsWith("[*]")) { // what stands in a list
                        keys.put(key.replace("*", NAME), value == null ? "" : value);
                    }
                });
        return keys;
    }

    /**
     * Refuses names under {@code cortex.}, or {@code CORTEX_} in the environment, that are no key.
     *
     * @throws ValidationException naming the first such name and its nearest neighbour
     */
    public static void check(Iterable<String> names) {
        List<String> known = all().keySet().stream().filter(key -> !isMap(key)).toList();
        List<Entry> maps = all().keySet().stream().filter(Keys::isMap).map(Entry::of).toList();
        List<String> variables = known.stream().map(Keys::variable).toList();
        List<Entry> mapVariables = maps.stream().map(Entry::variable).toList();
        for (String name : names) {
            if (name.startsWith(PREFIX)
                    && !known.contains(withoutIndex(name))
                    && !isEntry(name, maps)
                    && !foreign(variable(name))) {
                throw unknown(name, known, maps, ".");
            }
            if (name.startsWith("CORTEX_")
                    && !isVariable(name, variables)
                    && !isEntry(name, mapVariables)) {
                throw unknown(name, variables, mapVariables, "_");
            }
        }
    }

    private static boolean isMap(String key) {
        return key.contains(NAME);
    }

    /** What the keys of a map begin and end with. */
    private record Entry(String begin, String end) {
        static Entry of(String map) {
            int name = map.indexOf(NAME);
            return new Entry(map.substring(0, name), map.substring(name + NAME.length()));
        }

        Entry variable() {
            return new Entry(Keys.variable(begin), Keys.variable(end));
        }

        boolean has(String name) {
            return name.length() > begin.length() + end.length()
                    && name.startsWith(begin)
                    && name.endsWith(end);
        }
    }

    private static boolean isEntry(String name, List<Entry> maps) {
        return maps.stream().anyMatch(map -> map.has(name));
    }

    /** How the environment spells a key. */
    public static String variable(String key) {
        return key.replaceAll("[^A-Za-z0-9]", "_").toUpperCase(Locale.ROOT);
    }

    private static boolean isVariable(String name, List<String> variables) {
        return foreign(name) || variables.contains(name.replaceAll("_\\d+_$", ""));
    }

    /** Set for others; a source of the environment may spell it as a key. */
    private static boolean foreign(String variable) {
        return OTHERS.contains(variable) || KUBERNETES.matcher(variable).matches();
    }

    private static String withoutIndex(String name) {
        return name.replaceAll("\\[\\d+]$", "");
    }

    private static ValidationException unknown(
            String name, List<String> known, List<Entry> maps, String separator) {
        List<String> meant = new ArrayList<>(known);
        maps.forEach(map -> meant.add(map.begin() + called(name, map, separator) + map.end()));
        Optional<String> nearest = NearestNames.of(name, meant, 1).stream().findFirst();
        String remedy =
                nearest.map(key -> "did you mean " + key + "?")
                        .orElse("docs/configuration.md lists the keys");
        return new ValidationException("unknown configuration key %s; %s".formatted(name, remedy));
    }

    /** What the user may have called the entry of this map. */
    private static String called(String name, Entry map, String separator) {
        int parts = map.begin().split(Pattern.quote(separator)).length;
        String[] split = name.split(Pattern.quote(separator), parts + 1);
        String rest = split.length > parts ? split[parts] : "";
        int last = map.end().isEmpty() ? -1 : rest.lastIndexOf(separator);
        String called = last < 0 ? rest : rest.substring(0, last);
        return called.isEmpty() ? NAME : called;
    }
}
