package dev.aicortex.testing;

import dev.aicortex.simulator.Settings;
import dev.aicortex.simulator.SimulatedFleet;
import dev.aicortex.simulator.SimulatedModel;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.vertx.core.Vertx;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Three servers that are there before the gateway, so that its configuration can name them: the
 * first has {@code gpu=eu}, the second {@code gpu=us,tier=fast}, the third no label.
 */
public class LabelledServers implements QuarkusTestResourceLifecycleManager {
    private @Nullable Vertx vertx;

    @Override
    public Map<String, String> start() {
        Vertx own = Vertx.vertx();
        vertx = own;
        List<SimulatedModel> most = List.of(SimulatedModel.llama32(), SimulatedModel.qwen3());
        SimulatedFleet fleet =
                SimulatedFleet.start(
                        own,
                        List.of(
                                settings(
                                        List.of(
                                                SimulatedModel.llama32(),
                                                SimulatedModel.qwen3(),
                                                SimulatedModel.gemma3())),
                                settings(most),
                                settings(List.of(SimulatedModel.llama32()))));
        return keys(fleet.urls());
    }

    private static Settings settings(List<SimulatedModel> models) {
        return Settings.defaults()
                .withModels(models)
                .withTokensPerAnswer(4)
                .withLoadTime(Duration.ZERO);
    }

    private static Map<String, String> keys(List<URI> urls) {
        Map<String, String> keys = new HashMap<>();
        keys.put(TestFleet.OTHERS, String.join(",", urls.stream().map(URI::toString).toList()));
        keys.put("cortex.server.\"%s\".labels".formatted(urls.get(0)), "gpu=eu");
        keys.put("cortex.server.\"%s\".labels".formatted(urls.get(1)), "gpu=us,tier=fast");
        return keys;
    }

    @Override
    public void stop() {
        Objects.requireNonNull(vertx).close();
    }
}
