package dev.aicortex.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.aicortex.model.ValidationException;
import java.time.Duration;

/**
 * How long the model stays in the server's memory after the answer.
 *
 * @param time zero unloads it at once; {@link #FOREVER} is the only negative one
 */
public record KeepAlive(Duration time) {
    /** Until the server stops or needs the room. */
    public static final KeepAlive FOREVER = new KeepAlive(Duration.ofSeconds(-1));

    /** For this long; a {@link ValidationException} when it is negative. */
    public static KeepAlive of(Duration time) {
        if (time.isNegative()) {
            throw ValidationException.of(
                    "keep_alive", time, "is negative", "use zero or more, or KeepAlive.FOREVER");
        }
        return new KeepAlive(time);
    }

    /** As Go reads a duration, or the negative number that stands for ever. */
    JsonNode json() {
        JsonNodeFactory json = JsonNodeFactory.instance;
        return time.isNegative() ? json.numberNode(-1) : json.textNode(time.toMillis() + "ms");
    }
}
