package dev.aicortex.fleet;

import dev.aicortex.config.CortexConfig;
import dev.aicortex.model.ServerUrl;
import java.util.Map;

/**
 * What the configuration says of one server.
 *
 * @param weight how often it is asked, beside others
 * @param priority the lowest is asked first
 */
record Standing(double weight, int priority) {
    static Standing of(ServerUrl server, CortexConfig.Routing config) {
        return new Standing(of(server, config.weights(), 1.0), of(server, config.priorities(), 0));
    }

    private static <T> T of(ServerUrl server, Map<String, T> values, T usual) {
        return values.entrySet().stream()
                .filter(entry -> ServerUrl.of(entry.getKey()).base().equals(server.base()))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse(usual);
    }
}
