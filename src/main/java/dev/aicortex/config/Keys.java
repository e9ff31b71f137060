package dev.aicortex.config;

import dev.aicortex.model.NearestNames;
import dev.aicortex.model.ValidationException;
import io.smallrye.config.ConfigMappings.ConfigClass;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The keys that exist, and the one that a misspelt one may have meant. */
public final class Keys {
    /** Stands for what a user calls an entry of a map. */
    private static final String NAME = "<name>";

    /** Once there; nothing has to be set in their place. */
    private static final Set<String> REMOVED =
            Set.of("cortex.routing.multiuser-cache", "CORTEX_ROUTING_MULTIUSER_CACHE");

    /** Read by the command line, not by the gateway. */
    private static final Set<String> OTHERS = Set.of("CORTEX_URL", "CORTEX_KEY");

    /** What Kubernetes puts into every environment beside a Service that is called cortex. */
    private static final Pattern KUBERNETES = Pattern.compile("CORTEX_(SERVICE_.*|PORT(_.*)?)");

    private Keys() {}

    /**
     * Every key with its default, which is empty where there is none, sorted by name; a map's key
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
        List<Key> keys = all().keySet().stream().map(Key::of).toList();
        List<Key> variables = keys.stream().map(Key::variable).toList();
        for (String name : names) {
            if (name.startsWith("cortex.") && !foreign(variable(name))) {
                check(name, name.replaceAll("\\[\\d+]$", ""), keys, ".");
            } else if (name.startsWith("CORTEX_") && !foreign(name)) {
                check(name, name.replaceAll("_\\d+_$", ""), variables, "_");
            }
        }
    }

    private static void check(String name, String withoutIndex, List<Key> keys, String separator) {
        if (keys.stream().noneMatch(key -> key.has(name, withoutIndex))) {
            List<String> meant = keys.stream().map(key -> key.meant(name, separator)).toList();
            String remedy =
                    REMOVED.contains(name)
                            ? "it was removed and nothing takes its place: leave it out"
                            : NearestNames.of(name, meant, 1).stream()
                                    .findFirst()
                                    .map(key -> "did you mean " + key + "?")
                                    .orElse("docs/configuration.md lists the keys");
            throw new ValidationException(
                    "unknown configuration key %s; %s".formatted(name, remedy));
        }
    }

    /** How the environment spells a key. */
    public static String variable(String key) {
        return key.replaceAll("[^A-Za-z0-9]", "_").toUpperCase(Locale.ROOT);
    }

    /** Set for others; a source of the environment may spell it as a key. */
    private static boolean foreign(String variable) {
        return OTHERS.contains(variable) || KUBERNETES.matcher(variable).matches();
    }

    /**
     * A key in one of its two spellings.
     *
     * @param begin the whole key, or what stands before the name of a map's entry
     * @param end what stands behind that name; null where the key is no map's
     */
    private record Key(String begin, @Nullable String end) {
        static Key of(String key) {
            int name = key.indexOf(NAME);
            return name < 0
                    ? new Key(key, null)
                    : new Key(key.substring(0, name), key.substring(name + NAME.length()));
        }

        Key variable() {
            return new Key(Keys.variable(begin), end == null ? null : Keys.variable(end));
        }

        boolean has(String name, String withoutIndex) {
            return end == null
                    ? begin.equals(withoutIndex)
                    : name.length() > begin.length() + end.length()
                            && name.startsWith(begin)
                            && name.endsWith(end);
        }

        /** This key, for whatever entry of the map the user may have meant. */
        String meant(String name, String separator) {
            if (end == null) {
                return begin;
            }
            int parts = begin.split(Pattern.quote(separator)).length;
            String[] split = name.split(Pattern.quote(separator), parts + 1);
            String rest = split.length > parts ? split[parts] : "";
            int last = end.isEmpty() ? -1 : rest.lastIndexOf(separator);
            String called = last < 0 ? rest : rest.substring(0, last);
            return begin + (called.isEmpty() ? NAME : called) + end;
        }
    }
}
