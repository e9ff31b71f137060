package dev.aicortex.fleet;

import dev.aicortex.config.CortexConfig;
import dev.aicortex.config.CortexConfig.MixedDigests;
import dev.aicortex.model.ModelName;
import java.util.HashMap;
import java.util.Map;

/**
 * Which holders of a model may be asked, whoever asks.
 *
 * @param mixed what is done when their contents differ
 * @param models the rules of single models
 */
record PoolRules(MixedDigests mixed, Map<ModelName, Allow> models) {
    static final PoolRules NONE = new PoolRules(MixedDigests.FALL_OVER, Map.of());

    static PoolRules of(CortexConfig.Routing config) {
        Map<ModelName, Allow> models = new HashMap<>();
        config.allow()
                .models()
                .forEach((model, labels) ->
                        models.put(
                                ModelName.of(model),
                                Allow.of("cortex.routing.allow.models." + model, labels)));
        return new PoolRules(config.mixedDigests(), Map.copyOf(models));
    }

    Allow of(ModelName model) {
        return models.isEmpty() ? Allow.ALL : models.getOrDefault(model, Allow.ALL);
    }
}
