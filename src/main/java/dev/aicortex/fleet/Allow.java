package dev.aicortex.fleet;

import dev.aicortex.config.CortexConfig;
import dev.aicortex.config.Labels;
import dev.aicortex.config.Origin;
import dev.aicortex.config.Problems;
import dev.aicortex.model.ModelName;
import dev.aicortex.model.NearestNames;
import dev.aicortex.model.ServerUrl;
import dev.aicortex.model.ValidationException;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * A rule that says which servers may be asked.
 *
 * @param labels that a server must have, all of them
 * @param key of the configuration that says so; several with "and" between
 */
public record Allow(Set<String> labels, String key) {
    /** There is no rule. */
    public static final Allow ALL = new Allow(Set.of(), "");

    private static final String LABELS = "cortex.server.<name>.labels";
    private static final String OF_KEYS = "cortex.routing.allow.keys.";
    private static final String OF_MODELS = "cortex.routing.allow.models.";
    private static final int SUGGESTIONS = 3;

    /**
     * A rule as it is written.
     *
     * @throws ValidationException for a label that is none
     */
    public static Allow of(String key, List<String> written) {
        return new Allow(Labels.of(key, written), key);
    }

    /** The rules of single models. */
    static Map<ModelName, Allow> ofModels(CortexConfig.Routing config) {
        Map<ModelName, Allow> rules = new LinkedHashMap<>();
        config.allow()
                .models()
                .forEach((model, labels) ->
                        rules.put(ModelName.of(model), of(OF_MODELS + model, labels)));
        return rules;
    }

    public boolean admits(Server server) {
        return labels.isEmpty() || server.labels().containsAll(labels);
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
        return "%s (%s)".formatted(String.join(" and ", new TreeSet<>(labels)), key);
    }

    /**
     * Refuses labels and rules that can have no effect, or that leave no server at all.
     *
     * @throws ValidationException naming the key, its value and what to write instead
     */
    static void check(CortexConfig config, List<ServerUrl> servers) {
        CortexConfig.Routing routing = config.routing();
        Collection<Set<String>> labels =
                servers.stream()
                        .map(ServerSettings.all(config).andThen(ServerSettings::labels))
                        .toList();
        boolean complete = !Origin.discover(config);
        Problems problems = new Problems();
        routing.allow()
                .keys()
                .forEach((name, its) ->
                        problems.of(() -> checkRule(OF_KEYS + name, its, labels, complete)));
        routing.allow()
                .models()
                .forEach((name, its) -> {
                    problems.of(() -> requireNoAlias(config, name));
                    problems.of(() -> checkRule(OF_MODELS + name, its, labels, complete));
                });
        problems.refuse();
    }

    private static void requireNoAlias(CortexConfig config, String name) {
        ModelName model = ModelName.of(name);
        if (config.aliases().keySet().stream().map(ModelName::of).anyMatch(model::equals)) {
            throw ValidationException.of(
                    OF_MODELS + name,
                    name,
                    "is an alias",
                    "make a rule for each model that it stands for");
        }
    }

    /** Some server has to have all of the labels; one that has may still be discovered. */
    private static void checkRule(
            String key, List<String> written, Collection<Set<String>> servers, boolean complete) {
        Set<String> asked = Labels.of(key, written);
        if (!complete) {
            return;
        }
        Set<String> known = new TreeSet<>();
        servers.forEach(known::addAll);
        for (String label : asked) {
            requireKnown(key, label, "is a label of no server", known, LABELS);
        }
        if (servers.stream().noneMatch(labels -> labels.containsAll(asked))) {
            throw ValidationException.of(
                    key,
                    String.join(",", written),
                    "are labels that no server has together",
                    "name those of one server, or add them in " + LABELS);
        }
    }

    /** Refuses a value that {@code where} does not have. */
    private static void requireKnown(
            String key, String value, String problem, Collection<String> known, String where) {
        if (known.contains(value)) {
            return;
        }
        List<String> near = NearestNames.of(value, known, SUGGESTIONS);
        String remedy =
                near.isEmpty()
                        ? "take one that %s has, or add it there".formatted(where)
                        : "did you mean %s? %s has them".formatted(String.join(", ", near), where);
        throw ValidationException.of(key, value, problem, remedy);
    }
}
