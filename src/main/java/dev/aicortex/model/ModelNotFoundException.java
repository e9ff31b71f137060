package dev.aicortex.model;

import java.util.List;

/** No server of the fleet holds the model. Pull it on a server, or take one of the names given. */
public final class ModelNotFoundException extends CortexException {
    private static final long serialVersionUID = 1L;

    /**
     * @param model the name as the client spelt it
     * @param nearest the most similar names that the fleet has, best first; may be empty
     */
    public ModelNotFoundException(String model, List<String> nearest) {
        super(404, "model_not_found", message(model, nearest), null);
    }

    private static String message(String model, List<String> nearest) {
        String text = "model '%s' not found".formatted(model);
        return nearest.isEmpty() ? text : text + "; did you mean " + String.join(", ", nearest);
    }
}
