package dev.aicortex.usage;

import dev.aicortex.store.Database;
import dev.aicortex.usage.UsageQuery.Dimension;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Records and sums in the database: one SQL for SQLite and PostgreSQL. Every method blocks, and
 * throws when the database cannot be used.
 */
@ApplicationScoped
public class UsageStore {
    private static final int MOST_ROWS = 10_000;
    private static final int TIME_DIGITS = 12;

    /** Behind every id. */
    private static final String END = "g";

    private static final String INSERT =
            """
            INSERT INTO usage_record (id, at, api_key, end_user, dialect, route, model_asked, model,
                server, attempts, waited, first_token, duration, prompt_tokens, cached_tokens,
                completion_tokens, outcome, code, stop_reason)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (id) DO NOTHING\
            """;

    /** The columns of a sum, each of which is added up. */
    private static final List<String> SUMMED =
            List.of(
                    "requests",
                    "truncated",
                    "failed",
                    "refused",
                    "client_gone",
                    "prompt_tokens",
                    "cached_tokens",
                    "completion_tokens",
                    "waited",
                    "duration");

    private static final String ADD =
            """
            INSERT INTO usage_sum (span, at, api_key, end_user, model, server, %s)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (span, at, api_key, end_user, model, server) DO UPDATE SET %s\
            """
                    .formatted(
                            String.join(", ", SUMMED),
                            SUMMED.stream()
                                    .map(name ->
                                            name + " = usage_sum." + name + " + excluded." + name)
                                    .collect(Collectors.joining(", ")));

    private static final String SUMS =
            SUMMED.stream()
                    .map(name -> "COALESCE(SUM(" + name + "), 0) AS " + name)
                    .collect(Collectors.joining(", "));

    private static final int MOST_USERS = 10_000;

    private final Database database;
    private final EndUsers users = new EndUsers(MOST_USERS);

    UsageStore(Database database) {
        this.database = database;
    }

    /**
     * A record on its way to the database.
     *
     * @param id by which it is found out that it has been written
     */
    record Numbered(String id, UsageRecord record) {}

    /** What a sum is of, in an order in which several writers cannot wait for each other. */
    private record Group(Span span, long at, String key, String user, String model, String server)
            implements Comparable<Group> {
        private static final Comparator<Group> ORDER =
                Comparator.comparing(Group::span)
                        .thenComparingLong(Group::at)
                        .thenComparing(Group::key)
                        .thenComparing(Group::user)
                        .thenComparing(Group::model)
                        .thenComparing(Group::server);

        static Group of(Span span, UsageRecord of, String user) {
            return new Group(
                    span,
                    span.begin(of.at()),
                    CleanText.of(of.key()),
                    user,
                    CleanText.of(of.model()),
                    CleanText.of(of.server()));
        }

        @Override
        public int compareTo(Group other) {
            return ORDER.compare(this, other);
        }
    }

    // ---- writing

    /** How every id of this moment begins. */
    static String idAt(long millis) {
        return HexFormat.of().toHexDigits(millis, TIME_DIGITS);
    }

    /** Writes records and their sums, all or none; those that are there already count once. */
    synchronized void write(List<Numbered> records) {
        database.in(connection -> {
            add(connection, insert(connection, records));
            return null;
        });
    }

    /** Gives those that were not there. */
    private static List<UsageRecord> insert(Connection connection, List<Numbered> records)
            throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(INSERT)) {
            for (Numbered each : records) {
                set(insert, each);
                insert.addBatch();
            }
            int[] inserted = insert.executeBatch();
            List<UsageRecord> added = new ArrayList<>(records.size());
            for (int i = 0; i < inserted.length; i++) {
                if (inserted[i] != 0) { // negative: a driver that does not count
                    added.add(records.get(i).record());
                }
            }
            return added;
        }
    }

    private static void set(PreparedStatement insert, Numbered numbered) throws SQLException {
        UsageRecord of = numbered.record();
        insert.setString(1, numbered.id());
        insert.setLong(2, of.at());
        insert.setString(3, CleanText.of(of.key()));
        insert.setString(4, CleanText.of(of.user()));
        insert.setString(5, of.route().dialect());
        insert.setString(6, of.route().path());
        insert.setString(7, CleanText.of(of.asked()));
        insert.setString(8, CleanText.of(of.model()));
        insert.setString(9, CleanText.of(of.server()));
        insert.setInt(10, of.attempts());
        insert.setLong(11, of.waited());
        if (of.firstToken() < 0) {
            insert.setNull(12, Types.BIGINT);
        } else {
            insert.setLong(12, of.firstToken());
        }
        insert.setLong(13, of.duration());
        insert.setLong(14, of.prompt());
        insert.setLong(15, of.cached());
        insert.setLong(16, of.completion());
        insert.setString(17, of.outcome().word());
        insert.setString(18, CleanText.of(of.code()));
        insert.setString(19, CleanText.of(of.stopReason()));
    }

    private void add(Connection connection, List<UsageRecord> records) throws SQLException {
        Map<Group, Sums> sums = new TreeMap<>();
        for (UsageRecord each : records) {
            String user = users.named(CleanText.of(each.user()), each.at());
            for (Span span : Span.values()) {
                sums.merge(Group.of(span, each, user), Sums.of(each), Sums::plus);
            }
        }
        if (sums.isEmpty()) {
            return;
        }
        try (PreparedStatement add = connection.prepareStatement(ADD)) {
            for (Map.Entry<Group, Sums> each : sums.entrySet()) {
                set(add, each.getKey(), each.getValue());
                add.addBatch();
            }
            add.executeBatch();
        }
    }

    private static void set(PreparedStatement add, Group group, Sums sums) throws SQLException {
        add.setLong(1, group.span().millis());
        add.setLong(2, group.at());
        add.setString(3, group.key());
        add.setString(4, group.user());
        add.setString(5, group.model());
        add.setString(6, group.server());
        add.setLong(7, sums.requests());
        add.setLong(8, sums.truncated());
        add.setLong(9, sums.failed());
        add.setLong(10, sums.refused());
        add.setLong(11, sums.clientGone());
        add.setLong(12, sums.promptTokens());
        add.setLong(13, sums.cachedTokens());
        add.setLong(14, sums.completionTokens());
        add.setLong(15, sums.waited());
        add.setLong(16, sums.duration());
    }

    // ---- reading

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
                select.setString(1, before.orElse(END));
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

    // ---- letting go

    /** How much was let go of. */
    public record Deleted(long records, long sums) {}

    /** Forgets all of a key or of a user. */
    public Deleted delete(Dimension dimension, String value) {
        return database.in(connection ->
                new Deleted(
                        deleteAll(connection, "usage_record", dimension, value),
                        deleteAll(connection, "usage_sum", dimension, value)));
    }

    private static long deleteAll(
            Connection connection, String table, Dimension dimension, String value)
            throws SQLException {
        String sql = "DELETE FROM %s WHERE %s = ?".formatted(table, dimension.column());
        try (PreparedStatement delete = connection.prepareStatement(sql)) {
            bind(delete, 1, List.of(value));
            return delete.executeUpdate();
        }
    }

    /**
     * Lets go of the oldest records, a portion at a time so that nobody waits long.
     *
     * @param keptSince older ones go
     * @param most how many may stay
     * @return whether there is more to let go of
     */
    boolean pruneRecords(long keptSince, long most, int portion) {
        return database.in(connection -> {
            int old = deleteOldest(connection, idAt(Math.max(0, keptSince)), portion);
            long excess = old == portion ? 0 : count(connection) - most;
            if (excess <= 0) {
                return old == portion;
            }
            deleteOldest(connection, END, (int) Math.min(excess, portion));
            return excess > portion;
        });
    }

    private static int deleteOldest(Connection connection, String before, int portion)
            throws SQLException {
        try (PreparedStatement delete =
                connection.prepareStatement(
                        "DELETE FROM usage_record WHERE id IN"
                                + " (SELECT id FROM usage_record WHERE id < ? ORDER BY id LIMIT ?)")) {
            delete.setString(1, before);
            delete.setInt(2, portion);
            return delete.executeUpdate();
        }
    }

    private static long count(Connection connection) throws SQLException {
        try (PreparedStatement select =
                        connection.prepareStatement("SELECT COUNT(*) FROM usage_record");
                ResultSet rows = select.executeQuery()) {
            rows.next();
            return rows.getLong(1);
        }
    }

    /** Lets go of the sums that are older than their span is kept. */
    void pruneSums(long now) {
        for (Span span : Span.values()) {
            database.in(connection -> {
                try (PreparedStatement delete =
                        connection.prepareStatement(
                                "DELETE FROM usage_sum WHERE span = ? AND at < ?")) {
                    delete.setLong(1, span.millis());
                    delete.setLong(2, span.oldest(now));
                    return delete.executeUpdate();
                }
            });
        }
    }
}
