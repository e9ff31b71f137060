package dev.aicortex.store;

import dev.aicortex.config.CortexConfig;
import io.agroal.api.AgroalDataSource;
import io.agroal.api.configuration.AgroalConnectionPoolConfiguration.ConnectionValidator;
import io.agroal.api.configuration.supplier.AgroalDataSourceConfigurationSupplier;
import io.agroal.api.security.NamePrincipal;
import io.agroal.api.security.SimplePassword;
import io.vertx.core.Context;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import org.eclipse.microprofile.faulttolerance.CircuitBreaker;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Opens the database, and brings it to this version's tables, when something is first asked of it.
 * While it is away each use fails, and soon at once.
 */
@ApplicationScoped
class Connections {
    private static final Logger LOG = Logger.getLogger(Connections.class);
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    /** SQLite has one writer; a second connection would only wait for it. */
    private static final int SQLITE_CONNECTIONS = 1;

    private static final int POSTGRESQL_CONNECTIONS = 4;
    private static final String SOCKET_SECONDS = "30";

    private final CortexConfig.Database config;
    private final Optional<DatabaseUrl> url;
    private @Nullable AgroalDataSource source;

    /**
     * Reads the configuration; opens nothing.
     *
     * @throws dev.aicortex.model.ValidationException for an address that is none
     */
    Connections(CortexConfig config) {
        this.config = config.database();
        this.url = DatabaseUrl.of(this.config);
    }

    Optional<DatabaseUrl> url() {
        return url;
    }

    /**
     * Does work in a transaction of its own, rolled back when it throws. Blocks: never from an
     * event loop.
     *
     * @throws StoreException when the database cannot be used, in words
     */
    @CircuitBreaker(requestVolumeThreshold = 4, delay = 2_000)
    <T extends @Nullable Object> T in(Database.Work<T> work) {
        if (Context.isOnEventLoopThread()) {
            throw new IllegalStateException("the database is used on an event loop");
        }
        try (Connection connection = open().getConnection()) {
            connection.setAutoCommit(false);
            try {
                T result = work.on(connection);
                connection.commit();
                return result;
            } catch (SQLException | RuntimeException e) {
                connection.rollback();
                throw e;
            }
        } catch (SQLException | FlywayException | UncheckedIOException e) {
            String address = url.map(DatabaseUrl::shown).orElse("off");
            throw new StoreException(
                    "the database %s cannot be used: %s".formatted(address, firstLine(e)), e);
        }
    }

    private static String firstLine(Exception e) {
        Throwable cause = e;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return String.valueOf(cause.getMessage()).lines().findFirst().orElse("");
    }

    private synchronized AgroalDataSource open() throws SQLException {
        if (source != null) {
            return source;
        }
        DatabaseUrl at =
                url.orElseThrow(
                        () -> new StoreException("there is no database: cortex.database.url=off"));
        at.prepare();
        AgroalDataSource opened = AgroalDataSource.from(settings(at));
        try {
            migrate(opened);
        } catch (RuntimeException e) {
            opened.close();
            throw e;
        }
        LOG.debugf("the database is %s", at.shown());
        source = opened;
        return opened;
    }

    private AgroalDataSourceConfigurationSupplier settings(DatabaseUrl at) {
        boolean sqlite = at.file().isPresent();
        return new AgroalDataSourceConfigurationSupplier()
                .connectionPoolConfiguration(pool ->
                        pool.maxSize(sqlite ? SQLITE_CONNECTIONS : POSTGRESQL_CONNECTIONS)
                                .acquisitionTimeout(PATIENCE)
                                // a connection outlives neither a restart nor a failover
                                .validateOnBorrow(!sqlite)
                                .connectionValidator(
                                        ConnectionValidator.defaultValidatorWithTimeout(
                                                (int) PATIENCE.toSeconds()))
                                .connectionFactoryConfiguration(factory -> {
                                    factory.jdbcUrl(at.jdbc())
                                            .connectionProviderClassName(driver(sqlite))
                                            .loginTimeout(PATIENCE);
                                    if (!sqlite) { // a network that swallows answers is no wait
                                        factory.jdbcProperty("socketTimeout", SOCKET_SECONDS);
                                    }
                                    config.user()
                                            .ifPresent(user ->
                                                    factory.principal(new NamePrincipal(user)));
                                    password()
                                            .ifPresent(secret ->
                                                    factory.credential(new SimplePassword(secret)));
                                    return factory;
                                }));
    }

    /** By its class: a list of drivers depends on who asked for it first. */
    private static String driver(boolean sqlite) {
        return sqlite ? "org.sqlite.JDBC" : "org.postgresql.Driver";
    }

    private Optional<String> password() {
        return config.password().or(() -> config.passwordFile().map(Connections::read));
    }

    private static String read(Path file) {
        try {
            return Files.readString(file).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "cortex.database.password-file: '%s' cannot be read".formatted(file), e);
        }
    }

    /** Replicas that start together take turns: Flyway holds a lock. */
    private static void migrate(AgroalDataSource source) {
        Flyway.configure(Connections.class.getClassLoader())
                .dataSource(source)
                .locations("classpath:db/migration")
                .table("schema_history")
                .load()
                .migrate();
    }

    @PreDestroy
    synchronized void close() {
        if (source != null) {
            source.close();
            source = null;
        }
    }
}
