package dev.aicortex.fleet;

import dev.aicortex.config.CortexConfig;
import dev.aicortex.config.Labels;
import dev.aicortex.model.ServerUrl;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the configuration says of one server.
 *
 * @param weight how often it is asked, beside others
 * @param priority the lowest is asked first
 * @param labels by which rules tell servers apart
 */
record Standing(double weight, int priority, Set<String> labels) {
    static Standing of(ServerUrl server, CortexConfig.Routing config) {
        return new Standing(
                of(server, config.weights(), 1.0),
                of(server, config.priorities(), 0),
                Labels.of("cortex.routing.labels", of(server, config.labels(), List.of())));
    }

    private static <T> T of(ServerUrl server, Map<String, T> values, T usual) {
        @Nullable T spelt = values.get(server.toString());
        return spelt != null ? spelt : spelledOtherwise(server, values, usual);
    }

    private static <T> T spelledOtherwise(ServerUrl server, Map<String, T> values, T usual) {
        return values.entrySet().stream()
                .filter(entry -> ServerUrl.of(entry.getKey()).base().equals(server.base()))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse(usual);
    }
}
