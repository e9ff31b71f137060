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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Reads what was used: sums over a time, and single records. Every method blocks, and throws when
 * the database cannot be used.
 */
@ApplicationScoped
public class UsageReader {
    private static final int MOST_ROWS = 10_000;

    private static final String MOST_TOKENS = "SUM(prompt_tokens) + SUM(completion_tokens) DESC";

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
        if (query.by().isEmpty() && !query.bySpan()) {
            return List.of();
        }
        List<UsageReport.Row> found = new ArrayList<>();
        try (PreparedStatement select = connection.prepareStatement(sql(query))) {
            int next = bind(select, 1, query);
            if (ranked(query)) {
                int _ = bind(select, next, query);
            }
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

    private static String sql(UsageQuery query) {
        List<String> at = query.bySpan() ? List.of("at") : List.of();
        List<String> names = query.by().stream().map(name -> column(query, name)).toList();
        List<String> othersLast =
                ranked(query) ? List.of(names.getFirst() + " IS NULL") : List.of();
        return "SELECT %s, %s FROM usage_sum%s WHERE %s GROUP BY %s ORDER BY %s LIMIT %d"
                .formatted(
                        list(List.of(at, names)),
                        SUMS,
                        ranked(query) ? firstNames(query) : "",
                        where(query),
                        list(List.of(at, names)),
                        list(List.of(at, othersLast, List.of(MOST_TOKENS), names)),
                        MOST_ROWS + 1);
    }

    /** Whether only the first names are told apart. */
    private static boolean ranked(UsageQuery query) {
        return query.top() > 0 && !query.by().isEmpty();
    }

    /** The names that are told apart, beside their sums; null beside those of the others. */
    private static String firstNames(UsageQuery query) {
        List<String> columns = query.by().stream().map(Dimension::column).toList();
        String named =
                columns.stream()
                        .map(each -> each + " AS top_" + each)
                        .collect(Collectors.joining(", "));
        String same =
                columns.stream()
                        .map(each -> each + " = top_" + each)
                        .collect(Collectors.joining(" AND "));
        return " LEFT JOIN (SELECT %s FROM usage_sum WHERE %s GROUP BY %s ORDER BY %s LIMIT %d) AS top ON %s"
                .formatted(
                        named,
                        where(query),
                        String.join(", ", columns),
                        list(List.of(List.of(MOST_TOKENS), columns)),
                        query.top(),
                        same);
    }

    private static String column(UsageQuery query, Dimension dimension) {
        return (ranked(query) ? "top_" : "") + dimension.column();
    }

    private static String list(List<List<String>> parts) {
        return parts.stream().flatMap(List::stream).collect(Collectors.joining(", "));
    }

    private static @Nullable String value(ResultSet row, UsageQuery query, Dimension dimension)
            throws SQLException {
        return query.by().contains(dimension)
                ? Objects.requireNonNullElse(
                        row.getString(column(query, dimension)), UsageQuery.OTHER)
                : null;
    }

    private static Sums total(Connection connection, UsageQuery query) throws SQLException {
        String sql = "SELECT %s FROM usage_sum WHERE %s".formatted(SUMS, where(query));
        try (PreparedStatement select = connection.prepareStatement(sql)) {
            int _ = bind(select, 1, query);
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

    /** What {@link #where} asks for; gives the number of the parameter behind. */
    private static int bind(PreparedStatement select, int first, UsageQuery query)
            throws SQLException {
        select.setLong(first, query.sums().millis());
        select.setLong(first + 1, query.since());
        select.setLong(first + 2, query.until());
        return bind(select, first + 3, query.only().values());
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
     * When keys were last used, by their names, in milliseconds since 1970: the beginning of the
     * minute, or of the day where that is more than two days ago. Keys that have no sums are not
     * there.
     */
    public Map<String, Long> lastUsed() {
        return database.in(connection -> {
            Map<String, Long> last = new HashMap<>();
            try (PreparedStatement select =
                    connection.prepareStatement(
                            "SELECT api_key, MAX(at) AS last FROM usage_sum WHERE span IN (?, ?) GROUP BY api_key")) {
                select.setLong(1, Span.MINUTE.millis());
                select.setLong(2, Span.DAY.millis());
                try (ResultSet rows = select.executeQuery()) {
                    while (rows.next()) {
                        last.put(rows.getString("api_key"), rows.getLong("last"));
                    }
                }
            }
            return last;
        });
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
