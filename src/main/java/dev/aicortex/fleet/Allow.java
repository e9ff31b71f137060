package dev.aicortex.fleet;

import dev.aicortex.config.CortexConfig;
import dev.aicortex.config.Labels;
import dev.aicortex.model.ModelName;
import dev.aicortex.model.NearestNames;
import dev.aicortex.model.ServerUrl;
import dev.aicortex.model.ValidationException;
import java.net.URI;
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

    /** Refuses labels and rules that can have no effect, or that leave no server at all; pure. */
    static final class Check {
        private static final String LABELS = "cortex.routing.labels.";
        private static final String OF_KEYS = "cortex.routing.allow.keys.";
        private static final String OF_MODELS = "cortex.routing.allow.models.";
        private static final int SHOWN = 3;

        private final CortexConfig config;
        private final Map<URI, Set<String>> labels = new LinkedHashMap<>();

        private Check(CortexConfig config, List<ServerUrl> servers) {
            this.config = config;
            servers.forEach(url -> labels.put(url.base(), Set.of()));
        }

        /**
         * Checks them against what there is.
         *
         * @throws ValidationException naming the key, its value and what to write instead
         */
        static void check(CortexConfig config, List<ServerUrl> servers) {
            Check check = new Check(config, servers);
            CortexConfig.Routing routing = config.routing();
            routing.labels().forEach(check::server);
            routing.allow().keys().keySet().forEach(check::key);
            routing.allow().models().keySet().forEach(check::model);
            routing.allow().keys().forEach((name, asked) -> check.rule(OF_KEYS + name, asked));
            routing.allow().models().forEach((name, asked) -> check.rule(OF_MODELS + name, asked));
        }

        private void server(String url, List<String> written) {
            URI base = ServerUrl.of(url, LABELS + url).base();
            if (!labels.containsKey(base)) {
                List<String> known = labels.keySet().stream().map(URI::toString).toList();
                throw wrong(
                        LABELS + base, base, "is no server of this fleet", known, "cortex.servers");
            }
            labels.put(base, Labels.of(LABELS + url, written));
        }

        private void key(String name) {
            Set<String> known = config.keys().keySet();
            if (!known.contains(name)) {
                throw wrong(OF_KEYS + name, name, "is the name of no key", known, "cortex.keys");
            }
        }

        private void model(String name) {
            ModelName model = ModelName.of(name);
            if (config.aliases().keySet().stream().map(ModelName::of).anyMatch(model::equals)) {
                throw ValidationException.of(
                        OF_MODELS + name,
                        name,
                        "is an alias",
                        "make a rule for each model that it stands for");
            }
        }

        /** Some server has to have all of the labels. */
        private void rule(String key, List<String> written) {
            Set<String> asked = Labels.of(key, written);
            Set<String> known = new TreeSet<>();
            labels.values().forEach(known::addAll);
            for (String label : asked) {
                if (!known.contains(label)) {
                    throw wrong(key, label, "is a label of no server", known, LABELS + "<name>");
                }
            }
            if (labels.values().stream().noneMatch(has -> has.containsAll(asked))) {
                throw ValidationException.of(
                        key,
                        String.join(",", written),
                        "are labels that no server has together",
                        "name those of one server, or add them in " + LABELS + "<name>");
            }
        }

        private static ValidationException wrong(
                String key, Object value, String problem, Collection<String> known, String where) {
            List<String> near = NearestNames.of(value.toString(), known, SHOWN);
            String remedy =
                    near.isEmpty()
                            ? "take one that %s has, or add it there".formatted(where)
                            : "did you mean %s? %s has them"
                                    .formatted(String.join(", ", near), where);
            return ValidationException.of(key, value, problem, remedy);
        }
    }
}
