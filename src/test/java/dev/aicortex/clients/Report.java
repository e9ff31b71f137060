package dev.aicortex.clients;

import java.util.List;
import java.util.Map;

/** What a run of some clients brought: their versions, and what was seen of each feature. */
record Report(Map<String, String> versions, List<Row> rows) {
    Report {
        versions = Map.copyOf(versions);
        rows = List.copyOf(rows);
    }

    static Report of(String client, String version, List<Row> rows) {
        return new Report(Map.of(client, version), rows);
    }

    /** The rows that do not show what was expected. */
    List<Row> wrong() {
        return rows.stream().filter(row -> !row.ok()).toList();
    }
}
