package dev.aicortex.keys;

import dev.aicortex.model.ValidationException;
import java.util.Locale;

/** How much of the gateway a key opens; each includes those before it. */
public enum Role {
    /** Models answer. */
    USE,
    /** Models may be pulled, copied, deleted and so on, where {@code cortex.manage} allows it. */
    MANAGE,
    /** {@code /admin}. */
    ADMIN;

    /** As it is written. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    boolean includes(Role other) {
        return compareTo(other) >= 0;
    }

    /**
     * Reads a role, in any letter case.
     *
     * @throws ValidationException when it is none
     */
    static Role of(String word) {
        for (Role role : values()) {
            if (role.word().equalsIgnoreCase(word.strip())) {
                return role;
            }
        }
        throw ValidationException.of("role", word, "is no role", "use use, manage or admin");
    }
}
