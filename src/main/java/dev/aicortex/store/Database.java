package dev.aicortex.store;

import dev.aicortex.config.CortexConfig;
import dev.aicortex.config.LiveConfig;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import org.eclipse.microprofile.faulttolerance.exceptions.CircuitBreakerOpenException;
import org.jspecify.annotations.Nullable;

/**
 * The one way to the database. It is opened when something is first asked of it: never while the
 * gateway starts, never for a request.
 */
@ApplicationScoped
public class Database implements LiveConfig.Part {
    private final Connections connections;
    private volatile @Nullable Condition condition;

    /**
     * How it is.
     *
     * @param since when it was first found to be so
     * @param problem why it could not be used last, without a secret; null when it could
     */
    public record Condition(Instant since, @Nullable String problem) {}

    /** What is done in one transaction. */
    @FunctionalInterface
    public interface Work<T extends @Nullable Object> {
        T on(Connection connection) throws SQLException;
    }

    @Inject
    Database(Connections connections) {
        this.connections = connections;
    }

    /**
     * One outside the container, which tries again at each use. Opens nothing.
     *
     * @throws dev.aicortex.model.ValidationException for an address that is none
     */
    public Database(CortexConfig config) {
        this(new Connections(config));
    }

    /** The next start has to find an address too; until then nothing changes. */
    @Override
    public Runnable prepared(CortexConfig next) {
        Optional<DatabaseUrl> _ = DatabaseUrl.of(next.database());
        return () -> {};
    }

    /** Whether there is one; else each use fails. */
    public boolean wanted() {
        return connections.url().isPresent();
    }

    /** Whether nothing can be in it, since its file is not there as yet. */
    public boolean blank() {
        return connections
                .url()
                .flatMap(DatabaseUrl::file)
                .filter(file -> !Files.exists(file))
                .isPresent();
    }

    /** The address, without what may be a secret; {@code off} where there is none. */
    public String address() {
        return connections.url().map(DatabaseUrl::shown).orElse("off");
    }

    /**
     * Does work in a transaction of its own, rolled back when it throws. Blocks: never from an
     * event loop.
     *
     * @throws StoreException when the database cannot be used, in words
     */
    public <T extends @Nullable Object> T in(Work<T> work) {
        try {
            T result = connections.in(work);
            found(null);
            return result;
        } catch (CircuitBreakerOpenException e) {
            throw new StoreException(
                    "the database %s could not be used a moment ago".formatted(address()), e);
        } catch (StoreException e) {
            found(e.getMessage());
            throw e;
        }
    }

    private void found(@Nullable String problem) {
        Condition before = condition;
        if (before == null || (before.problem == null) != (problem == null)) {
            condition = new Condition(Instant.now(), problem);
        } else if (!Objects.equals(before.problem, problem)) {
            condition = new Condition(before.since, problem);
        }
    }

    /** How it was when it was last used; empty as long as it was not. */
    public Optional<Condition> condition() {
        return Optional.ofNullable(condition);
    }

    /** Runs a statement that changes rows; how many it changed. */
    public static int update(Connection connection, String sql, Object... values)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < values.length; i++) {
                statement.setObject(i + 1, values[i]);
            }
            return statement.executeUpdate();
        }
    }

    void close() {
        connections.close();
    }
}
