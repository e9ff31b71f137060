package dev.aicortex.cli;

import dev.aicortex.catalogue.refresh.Change;
import java.io.PrintWriter;
import java.util.List;

/** What differs between two states of the catalogue, for people. */
record Changes(List<Change> all) {
    void print(PrintWriter out) {
        all.forEach(change -> out.println(line(change)));
    }

    private static String line(Change change) {
        return ControlCharacters.inOneLine(
                "%-8s %s (%s)".formatted(change.kind().word(), change.model(), change.family()));
    }

    /** {@code 2 models added, 0 changed, 1 removed}. */
    String summary() {
        return "%d models added, %d changed, %d removed"
                .formatted(
                        count(Change.Kind.ADDED),
                        count(Change.Kind.CHANGED),
                        count(Change.Kind.REMOVED));
    }

    private long count(Change.Kind kind) {
        return all.stream().filter(change -> change.kind() == kind).count();
    }
}
