package dev.aicortex.config;

import dev.aicortex.model.NearestNames;
import dev.aicortex.model.ValidationException;
import io.smallrye.config.WithDefault;
import java.lang.reflect.Method;
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

    /** Read by the command line, not by the gateway. */
    private static final Set<String> OTHERS = Set.of("CORTEX_URL");

    /** What Kubernetes puts into every environment beside a Service that is called cortex. */
    private static final Pattern KUBERNETES = Pattern.compile("CORTEX_(SERVICE_.*|PORT(_.*)?)");

    private Keys() {}

    /** Every key with its default; empty where there is none. Sorted by name. */
    public static Map<String, String> all() {
        Map<String, String> keys = new TreeMap<>();
        collect(CortexConfig.class, PREFIX, keys);
        return keys;
    }

    private static void collect(Class<?> mapping, String prefix, Map<String, String> keys) {
        for (Method method : mapping.getDeclaredMethods()) {
            String name = prefix + kebab(method.getName());
            if (method.getReturnType().isMemberClass() && method.getReturnType().isInterface()) {
                collect(method.getReturnType(), name + ".", keys);
            } else {
                WithDefault value = method.getAnnotation(WithDefault.class);
                keys.put(name, value == null ? "" : value.value());
            }
        }
    }

    private static String kebab(String name) {
        return name.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
    }

    /**
     * Refuses names under {@code cortex.}, or {@code CORTEX_} in the environment, that are no key.
     *
     * @throws ValidationException naming the first such name and its nearest neighbour
     */
    public static void check(Iterable<String> names) {
        Set<String> known = all().keySet();
        List<String> variables = known.stream().map(Keys::variable).toList();
        for (String name : names) {
            if (name.startsWith(PREFIX)
                    && !known.contains(withoutIndex(name))
                    && !foreign(variable(name))) {
                throw unknown(name, known.stream().toList());
            }
            if (name.startsWith("CORTEX_") && !isVariable(name, variables)) {
                throw unknown(name, variables);
            }
        }
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

    private static ValidationException unknown(String name, List<String> known) {
        Optional<String> nearest = NearestNames.of(name, known, 1).stream().findFirst();
        String remedy =
                nearest.map(key -> "did you mean " + key + "?")
                        .orElse("docs/configuration.md lists the keys");
        return new ValidationException("unknown configuration key %s; %s".formatted(name, remedy));
    }
}
