package dev.aicortex.catalogue;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** How a server was when it was last asked; never authoritative, live health decides. */
public enum Status {
    UP,
    DOWN,
    UNKNOWN;

    /** The word of the file, for example {@code up}. */
    @JsonValue
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
