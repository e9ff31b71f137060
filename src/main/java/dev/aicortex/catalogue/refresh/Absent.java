package dev.aicortex.catalogue.refresh;

import dev.aicortex.catalogue.Status;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A line of JSON leaves out what is empty; a record has it. */
final class Absent {
    private Absent() {}

    static String asEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }

    static <T> List<T> asEmpty(@Nullable List<T> all) {
        return all == null ? List.of() : List.copyOf(all);
    }

    static Status asUnknown(@Nullable Status status) {
        return status == null ? Status.UNKNOWN : status;
    }
}
