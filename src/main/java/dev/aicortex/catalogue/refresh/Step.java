package dev.aicortex.catalogue.refresh;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** The steps of a refresh, in their order. */
public enum Step {
    CHECK,
    FETCH,
    RESOLVE,
    APPLY;

    /** The word of metrics, commands and events. */
    @JsonValue
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
