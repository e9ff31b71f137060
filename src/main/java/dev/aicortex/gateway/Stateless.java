package dev.aicortex.gateway;

import com.fasterxml.jackson.core.JsonToken;
import dev.aicortex.model.ValidationException;

/** What {@code /v1/responses} cannot do, since neither the gateway nor a server keeps anything. */
final class Stateless {
    private Stateless() {}

    /**
     * Looks at one outermost field of a request.
     *
     * @throws ValidationException when it asks for something that would have to be remembered
     */
    static void check(String field, JsonToken value) {
        switch (field) {
            case "previous_response_id", "conversation" -> {
                if (value != JsonToken.VALUE_NULL) {
                    throw refused(field, "send the whole conversation in 'input'");
                }
            }
            case "background" -> {
                if (value == JsonToken.VALUE_TRUE) {
                    throw refused(field, "leave it out, and wait for the answer or stream it");
                }
            }
            default -> {}
        }
    }

    private static ValidationException refused(String field, String remedy) {
        return new ValidationException(
                "'%s' is not supported: responses are not stored here; %s"
                        .formatted(field, remedy));
    }
}
