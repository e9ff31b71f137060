package dev.aicortex.model;

import java.util.List;

/** No server of the fleet holds the model. Pull it on a server, or take one of the names given. */
public final class ModelNotFoundException extends CortexException {
    /** {@code nearest}: the most similar names that the fleet has, best first; may be empty. */
    public ModelNotFoundException(String model, List<String> nearest) {
        this(
                "model '%s' not found".formatted(model)
                        + (nearest.isEmpty()
                                ? ""
                                : "; did you mean " + String.join(", ", nearest)));
    }

    private ModelNotFoundException(String message) {
        super(404, "model_not_found", message, null);
    }

    /** The catalogue has the model, but no server of the fleet does. */
    public static ModelNotFoundException notPulled(String model) {
        return new ModelNotFoundException(
                "model '%s' is in the catalogue, but no server of the fleet holds it; run 'ollama pull %s' on one"
                        .formatted(model, model));
    }

    /** The model stands for others, none of which is there. */
    public static ModelNotFoundException inWords(String message) {
        return new ModelNotFoundException(message);
    }

    /** The one server that may be asked does not hold the model. */
    public static ModelNotFoundException notOn(String server, String model) {
        return new ModelNotFoundException(
                "model '%s' is not on server %s; run 'ollama pull %s' there, or leave the server open"
                        .formatted(model, server, model));
    }

    /** No model was named, and there is none to choose. */
    public static ModelNotFoundException none() {
        return new ModelNotFoundException(
                "no server of the fleet that answers holds a model that can chat; pull one with 'ollama pull NAME'");
    }
}
