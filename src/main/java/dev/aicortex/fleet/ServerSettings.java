package dev.aicortex.fleet;

import dev.aicortex.config.CortexConfig;
import dev.aicortex.config.Labels;
import dev.aicortex.config.Power;
import dev.aicortex.config.ServerEntry;
import dev.aicortex.model.ServerUrl;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Function;

/**
 * What is set for one server.
 *
 * @param name its own; empty when it has none
 * @param weight under the policy that weighs servers
 * @param priority under the policy that orders them
 * @param parallel how many requests it answers at once; 0 = to be learned
 * @param most requests that it is given at once; 0 = as many as it answers
 * @param labels by which rules tell servers apart
 * @param power how its machine is woken and put to sleep
 */
record ServerSettings(
        String name,
        double weight,
        int priority,
        int parallel,
        int most,
        Set<String> labels,
        Power power) {
    /** Those of a machine that is always on. */
    ServerSettings(
            String name, double weight, int priority, int parallel, int most, Set<String> labels) {
        this(name, weight, priority, parallel, most, labels, Power.NONE);
    }

    static ServerSettings of(CortexConfig config, ServerUrl server) {
        return new Entries(config).of(server);
    }

    /** Those of any server. */
    static Function<ServerUrl, ServerSettings> all(CortexConfig config) {
        return new Entries(config)::of;
    }

    private record Entries(CortexConfig config, List<ServerEntry> entries) {
        Entries(CortexConfig config) {
            this(config, ServerEntry.all(config));
        }

        ServerSettings of(ServerUrl server) {
            return new ServerSettings(
                    first(server, entry -> Optional.of(entry.name()).filter(_ -> entry.defines()))
                            .orElse(""),
                    first(server, entry -> boxed(entry.said().weight())).orElse(1.0),
                    first(server, entry -> boxed(entry.said().priority())).orElse(0),
                    config.routing().parallel().orElse(0),
                    first(server, entry -> boxed(entry.said().maxConcurrent()))
                            .orElseGet(() -> config.maxConcurrent().orElse(0)),
                    first(server, Entries::labels).orElse(Set.of()),
                    first(server, Entries::power).orElse(Power.NONE));
        }

        private <T> Optional<T> first(ServerUrl server, Function<ServerEntry, Optional<T>> said) {
            return ServerEntry.first(entries, server, said);
        }

        private static Optional<Set<String>> labels(ServerEntry entry) {
            return entry.said().labels().map(all -> Labels.of(entry.key() + ".labels", all));
        }

        private static Optional<Power> power(ServerEntry entry) {
            return Optional.of(Power.of(entry.key(), entry.said()))
                    .filter(power -> power.wake().isPresent());
        }

        private static Optional<Double> boxed(OptionalDouble value) {
            return value.isPresent() ? Optional.of(value.getAsDouble()) : Optional.empty();
        }

        private static Optional<Integer> boxed(OptionalInt value) {
            return value.isPresent() ? Optional.of(value.getAsInt()) : Optional.empty();
        }
    }
}
