package dev.aicortex.api;

import java.util.Locale;

/** Who says a message. */
public enum Role {
    /** Instructions that hold for the whole conversation. */
    SYSTEM,
    /** The one who asks. */
    USER,
    /** The model. */
    ASSISTANT,
    /** The result of a call that the model asked for. */
    TOOL;

    /** As it is sent, {@code user}. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
