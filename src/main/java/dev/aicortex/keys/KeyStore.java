package dev.aicortex.keys;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.aicortex.model.CortexException;
import dev.aicortex.store.Database;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.UnaryOperator;
import org.jboss.logging.Logger;

/** The keys of the database, and what they used of their budgets. Blocks, as the database does. */
@Singleton
class KeyStore {
    /** Of a version that has not been read. */
    static final long NONE = 0;

    /** A later version may have settled more. */
    private static final ObjectMapper JSON =
            new ObjectMapper().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

    private static final Logger LOG = Logger.getLogger(KeyStore.class);

    private final Database database;

    KeyStore(Database database) {
        this.database = database;
    }

    /** What was read at one moment. */
    record Read(long version, List<ApiKey> keys) {}

    /** A key's use of one period. */
    record Period(String keyId, String name) {}

    /** Whether there is a database with anything in it. */
    boolean exists() {
        return database.wanted() && !database.blank();
    }

    /**
     * All keys, unless the version that is known still holds.
     *
     * @return empty when it does
     */
    Optional<Read> read(long known) {
        return database.in(connection -> {
            long version = version(connection);
            return version == known
                    ? Optional.empty()
                    : Optional.of(new Read(version, keys(connection)));
        });
    }

    private static long version(Connection connection) throws SQLException {
        try (PreparedStatement query =
                        connection.prepareStatement("SELECT version FROM api_key_version");
                ResultSet row = query.executeQuery()) {
            return row.next() ? row.getLong(1) : NONE;
        }
    }

    private List<ApiKey> keys(Connection connection) throws SQLException {
        List<ApiKey> keys = new ArrayList<>();
        try (PreparedStatement query =
                        connection.prepareStatement(
                                """
                                SELECT id, name, digest, previous_digest, previous_until, settings,
                                       disabled, created_at, expires_at
                                FROM api_key ORDER BY name\
                                """);
                ResultSet row = query.executeQuery()) {
            while (row.next()) {
                try {
                    keys.add(key(row));
                } catch (CortexException | IllegalArgumentException | IllegalStateException e) {
                    // a newer replica may have made it; it lets nobody in here
                    LOG.warnf("key '%s' is not understood: %s", row.getString("name"), e);
                }
            }
        }
        return keys;
    }

    private ApiKey key(ResultSet row) throws SQLException {
        KeySettings settings = settings(row.getString("settings"));
        String previous = row.getString("previous_digest");
        return ApiKey.of(
                row.getString("id"),
                row.getString("name"),
                false,
                Digest.ofHex(row.getString("digest")),
                previous == null
                        ? Optional.empty()
                        : Optional.of(
                                new ApiKey.Previous(
                                        Digest.ofHex(previous), row.getLong("previous_until"))),
                settings,
                row.getBoolean("disabled"),
                row.getLong("created_at"),
                row.getLong("expires_at"));
    }

    private static KeySettings settings(String json) {
        try {
            return JSON.readValue(json, KeySettings.class);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the settings of a key are no JSON", e);
        }
    }

    private static String json(KeySettings settings) {
        try {
            return JSON.writeValueAsString(settings);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    // ---- changes, each whole or not at all

    void add(ApiKey key) {
        change(
                """
                INSERT INTO api_key (id, name, digest, previous_until, settings, disabled,
                                     created_at, expires_at)
                VALUES (?, ?, ?, 0, ?, ?, ?, ?)\
                """,
                key.id(),
                key.name(),
                key.digest().hex(),
                json(key.settings()),
                key.disabled(),
                key.createdAt(),
                key.expiresAt());
    }

    /** Whether there is such a key. */
    boolean disable(String id, boolean disabled) {
        return change("UPDATE api_key SET disabled = ? WHERE id = ?", disabled, id) > 0;
    }

    /**
     * Settles something else for it; whether there is such a key.
     *
     * @param next the settings, from those before
     * @param expiresAt empty for as it was
     */
    boolean settle(String id, UnaryOperator<KeySettings> next, OptionalLong expiresAt) {
        return database.in(connection -> {
            countChange(connection); // from here on no other change comes in between
            try (PreparedStatement query =
                    connection.prepareStatement(
                            "SELECT settings, expires_at FROM api_key WHERE id = ?")) {
                query.setString(1, id);
                try (ResultSet row = query.executeQuery()) {
                    if (!row.next()) {
                        return false;
                    }
                    String settled = json(next.apply(settings(row.getString(1))));
                    long until = expiresAt.orElse(row.getLong(2));
                    return Database.update(
                                    connection,
                                    "UPDATE api_key SET settings = ?, expires_at = ? WHERE id = ?",
                                    settled,
                                    until,
                                    id)
                            > 0;
                }
            }
        });
    }

    /** Gives it another digest; whether there is such a key. */
    boolean rotate(String id, Digest next, long previousUntil) {
        return change(
                        """
                        UPDATE api_key SET previous_digest = digest, previous_until = ?, digest = ?
                        WHERE id = ?\
                        """,
                        previousUntil,
                        next.hex(),
                        id)
                > 0;
    }

    /** Forgets it and what it used; whether there was such a key. */
    boolean remove(String id) {
        return database.in(connection -> {
            Database.update(connection, "DELETE FROM api_key_budget WHERE key_id = ?", id);
            countChange(connection);
            return Database.update(connection, "DELETE FROM api_key WHERE id = ?", id) > 0;
        });
    }

    private int change(String sql, Object... values) {
        return database.in(connection -> {
            countChange(connection);
            return Database.update(connection, sql, values);
        });
    }

    private static void countChange(Connection connection) throws SQLException {
        Database.update(connection, "UPDATE api_key_version SET version = version + 1");
    }

    // ---- budgets

    /** Adds what was used since. */
    void use(Map<Period, Long> used) {
        database.in(connection -> {
            for (Map.Entry<Period, Long> each : used.entrySet()) {
                Database.update(
                        connection,
                        """
                        INSERT INTO api_key_budget (key_id, period, tokens) VALUES (?, ?, ?)
                        ON CONFLICT (period, key_id)
                        DO UPDATE SET tokens = api_key_budget.tokens + excluded.tokens\
                        """,
                        each.getKey().keyId(),
                        each.getKey().name(),
                        each.getValue());
            }
            return used.size();
        });
    }

    /** What all replicas used in periods with one of these names. */
    Map<Period, Long> used(List<String> periods) {
        return database.in(connection -> {
            Map<Period, Long> used = new HashMap<>();
            for (String period : periods) {
                try (PreparedStatement query =
                        connection.prepareStatement(
                                "SELECT key_id, tokens FROM api_key_budget WHERE period = ?")) {
                    query.setString(1, period);
                    try (ResultSet row = query.executeQuery()) {
                        while (row.next()) {
                            used.put(new Period(row.getString(1), period), row.getLong(2));
                        }
                    }
                }
            }
            return used;
        });
    }
}
