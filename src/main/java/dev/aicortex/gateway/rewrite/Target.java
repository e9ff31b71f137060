package dev.aicortex.gateway.rewrite;

import dev.aicortex.model.ModelName;

/**
 * A model that may answer a request.
 *
 * @param spelling as servers are asked for it
 * @param name the same in the form that is compared
 */
public record Target(String spelling, ModelName name) {
    public static Target of(String spelling) {
        return new Target(spelling, ModelName.of(spelling));
    }
}
