package dev.aicortex.usage;

import dev.aicortex.store.Database;
import dev.aicortex.usage.UsageQuery.Dimension;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads what was used: sums over a time, and single records. Every method blocks, and throws when
 * the database cannot be used.
 */
@ApplicationScoped
public class UsageReader {
    private static final int MOST_ROWS = 10_000;

    private static final String SUMS =
            UsageStore.SUMMED.stream()
                    .map(name -> "COALESCE(SUM(" + name + "), 0) AS " + name)
                    .collect(Collectors.joining(", "));

    private final Database database;

    UsageReader(Database database) {
        this.database = database;
    }

    /** What was used. */
    public UsageReport report(UsageQuery query) {
        return database.in(connection -> {
            List<UsageReport.Row> rows = rows(connection, query);
            boolean more = rows.size() > MOST_ROWS;
            return new UsageReport(
                    time(query.since()),
                    time(query.until()),
                    query.by().stream().map(Dimension::word).toList(),
                    query.bySpan() ? query.sums().word() : null,
                    more ? rows.subList(0, MOST_ROWS) : rows,
                    total(connection, query),
                    more);
        });
    }

    private static String time(long millis) {
        return Instant.ofEpochMilli(millis).toString();
    }

    private static List<UsageReport.Row> rows(Connection connection, UsageQuery query)
            throws SQLException {
        List<String> apart =
                Stream.concat(
                                query.bySpan() ? Stream.of("at") : Stream.empty(),
                                query.by().stream().map(Dimension::column))
                        .toList();
        if (apart.isEmpty()) {
            return List.of();
        }
        String columns = String.join(", ", apart);
        String order =
                (query.bySpan() ? "at, " : "")
                        + "SUM(prompt_tokens) + SUM(completion_tokens) DESC, "
                        + columns;
        String sql =
                "SELECT %s, %s FROM usage_sum WHERE %s GROUP BY %s ORDER BY %s LIMIT %d"
                        .formatted(columns, SUMS, where(query), columns, order, MOST_ROWS + 1);
        List<UsageReport.Row> found = new ArrayList<>();
        try (PreparedStatement select = connection.prepareStatement(sql)) {
            bind(select, query);
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    found.add(
                            new UsageReport.Row(
                                    query.bySpan() ? time(rows.getLong("at")) : null,
                                    value(rows, query, Dimension.KEY),
                                    value(rows, query, Dimension.USER),
                                    value(rows, query, Dimension.MODEL),
                                    value(rows, query, Dimension.SERVER),
                                    sums(rows)));
                }
            }
        }
        return found;
    }

    private static @Nullable String value(ResultSet row, UsageQuery query, Dimension dimension)
            throws SQLException {
        return query.by().contains(dimension) ? row.getString(dimension.column()) : null;
    }

    private static Sums total(Connection connection, UsageQuery query) throws SQLException {
        String sql = "SELECT %s FROM usage_sum WHERE %s".formatted(SUMS, where(query));
        try (PreparedStatement select = connection.prepareStatement(sql)) {
            bind(select, query);
            try (ResultSet rows = select.executeQuery()) {
                return rows.next() ? sums(rows) : Sums.NONE;
            }
        }
    }

    private static String where(UsageQuery query) {
        return "span = ? AND at >= ? AND at < ?" + and(query.only());
    }

    private static String and(Map<Dimension, String> only) {
        return only.keySet().stream()
                .map(dimension -> " AND " + dimension.column() + " = ?")
                .collect(Collectors.joining());
    }

    private static void bind(PreparedStatement select, UsageQuery query) throws SQLException {
        select.setLong(1, query.sums().millis());
        select.setLong(2, query.since());
        select.setLong(3, query.until());
        bind(select, 4, query.only().values());
    }

    private static int bind(PreparedStatement statement, int first, Iterable<String> values)
            throws SQLException {
        int at = first;
        for (String value : values) {
            statement.setString(at++, CleanText.of(value));
        }
        return at;
    }

    private static Sums sums(ResultSet row) throws SQLException {
        long requests = row.getLong("requests");
        long truncated = row.getLong("truncated");
        long failed = row.getLong("failed");
        long refused = row.getLong("refused");
        long gone = row.getLong("client_gone");
        return new Sums(
                requests,
                requests - truncated - failed - refused - gone,
                truncated,
                failed,
                refused,
                gone,
                row.getLong("prompt_tokens"),
                row.getLong("cached_tokens"),
                row.getLong("completion_tokens"),
                row.getLong("waited"),
                row.getLong("duration"));
    }

    /**
     * Records, the latest first.
     *
     * @param before an id that they are older than; empty for the latest
     */
    public UsageReport.Page records(
            Map<Dimension, String> only,
            Optional<UsageRecord.Outcome> outcome,
            Optional<String> before,
            int limit) {
        String sql =
                "SELECT * FROM usage_record WHERE id < ?%s%s ORDER BY id DESC LIMIT %d"
                        .formatted(
                                and(only),
                                outcome.isPresent() ? " AND outcome = ?" : "",
                                limit + 1);
        return database.in(connection -> {
            try (PreparedStatement select = connection.prepareStatement(sql)) {
                select.setString(1, before.orElse(UsageStore.END));
                int next = bind(select, 2, only.values());
                if (outcome.isPresent()) {
                    select.setString(next, outcome.get().word());
                }
                try (ResultSet rows = select.executeQuery()) {
                    return page(rows, limit);
                }
            }
        });
    }

    private static UsageReport.Page page(ResultSet rows, int limit) throws SQLException {
        List<UsageReport.Kept> found = new ArrayList<>();
        while (rows.next()) {
            if (found.size() == limit) {
                return new UsageReport.Page(found, found.getLast().id());
            }
            found.add(kept(rows));
        }
        return new UsageReport.Page(found, null);
    }

    private static UsageReport.Kept kept(ResultSet row) throws SQLException {
        long firstToken = row.getLong("first_token");
        boolean streamed = !row.wasNull();
        return new UsageReport.Kept(
                row.getString("id"),
                time(row.getLong("at")),
                row.getString("api_key"),
                row.getString("end_user"),
                row.getString("dialect"),
                row.getString("route"),
                row.getString("model_asked"),
                row.getString("model"),
                row.getString("server"),
                row.getInt("attempts"),
                row.getLong("waited"),
                streamed ? firstToken : null,
                row.getLong("duration"),
                row.getLong("prompt_tokens"),
                row.getLong("cached_tokens"),
                row.getLong("completion_tokens"),
                row.getString("outcome"),
                row.getString("code"),
                row.getString("stop_reason"));
    }
}
