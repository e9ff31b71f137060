package dev.aicortex.usage;

import dev.aicortex.store.Database;
import dev.aicortex.usage.UsageQuery.Dimension;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Writes records and sums to the database, and lets them go: one SQL for SQLite and PostgreSQL.
 * Every method blocks, and throws when the database cannot be used.
 */
@ApplicationScoped
public class UsageStore {
    private static final int TIME_DIGITS = 12;

    /** Behind every id. */
    static final String END = "g";

    private static final String INSERT =
            """
            INSERT INTO usage_record (id, at, api_key, end_user, dialect, route, model_asked, model,
                server, attempts, waited, first_token, duration, prompt_tokens, cached_tokens,
                completion_tokens, outcome, code, stop_reason)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (id) DO NOTHING\
            """;

    /** The columns of a sum, each of which is added up. */
    static final List<String> SUMMED =
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
        return Database.update(connection, sql, CleanText.of(value));
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
        return Database.update(
                connection,
                "DELETE FROM usage_record WHERE id IN"
                        + " (SELECT id FROM usage_record WHERE id < ? ORDER BY id LIMIT ?)",
                before,
                portion);
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
            database.in(connection ->
                    Database.update(
                            connection,
                            "DELETE FROM usage_sum WHERE span = ? AND at < ?",
                            span.millis(),
                            span.oldest(now)));
        }
    }
}
