package dev.aicortex.model;

import java.util.Locale;

/** How urgent a request is; the most urgent first. */
public enum Priority {
    /** Somebody watches. */
    INTERACTIVE,
    NORMAL,
    /** Nobody watches. */
    BATCH;

    /** As it is written in headers, keys and metrics. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * Reads a priority, in any letter case.
     *
     * @param field what it was given for, as an error names it
     * @throws ValidationException when it is none
     */
    public static Priority of(String field, String value) {
        for (Priority priority : values()) {
            if (priority.word().equalsIgnoreCase(value.strip())) {
                return priority;
            }
        }
        throw ValidationException.of(
                field, value, "is no priority", "use interactive, normal or batch");
    }
}
