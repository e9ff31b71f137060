package dev.aicortex.model;

import java.util.Map;
import java.util.stream.Collectors;

/**
 * What is set for all models, and for single ones in its place.
 *
 * @param usual of each model that has nothing of its own
 */
public record PerModel<T>(T usual, Map<ModelName, T> special) {
    /**
     * As the configuration has it.
     *
     * @param special by the name of a model, however it is spelt
     */
    public static <T> PerModel<T> of(T usual, Map<String, T> special) {
        return new PerModel<>(
                usual,
                special.entrySet().stream()
                        .collect(
                                Collectors.toUnmodifiableMap(
                                        each -> ModelName.of(each.getKey()),
                                        Map.Entry::getValue,
                                        (_, later) -> later)));
    }

    /** What counts for a model. */
    public T of(ModelName model) {
        return special.isEmpty() ? usual : special.getOrDefault(model, usual);
    }
}
