package dev.aicortex.catalogue.refresh;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** Who wants to know how far a refresh is. Called from several threads. */
@FunctionalInterface
public interface Progress {
    /** Nobody does. */
    Progress NONE = (_, _, _) -> {};

    /** The steps of a refresh, in their order. */
    enum Step {
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

    /**
     * A step has come further.
     *
     * @param done of {@code total} servers, models or families
     */
    void at(Step step, int done, int total);

    /** For the second part of a step, behind so many that are done. */
    default Progress behind(int before) {
        return (step, done, total) -> at(step, before + done, before + total);
    }
}
