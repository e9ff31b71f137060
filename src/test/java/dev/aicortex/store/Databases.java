package dev.aicortex.store;

import dev.aicortex.config.CortexConfig;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;

/** Real databases for tests: a file of SQLite, and a PostgreSQL that the test run starts. */
public final class Databases {
    private static final AtomicReference<EmbeddedPostgres> POSTGRES = new AtomicReference<>();

    private Databases() {}

    /** One over a file in this folder. */
    public static Database sqlite(Path folder) {
        return sqlite(folder, "aicortex.db");
    }

    /** The same with a name of its own. */
    public static Database sqlite(Path folder, String name) {
        return of(Map.of("cortex.database.url", "sqlite:" + folder.resolve(name)));
    }

    /** One with these settings. */
    public static Database of(Map<String, String> values) {
        return new Database(config(values));
    }

    public static void close(Database database) {
        database.close();
    }

    /** A new, empty one on the PostgreSQL of this test run. */
    public static Database postgresql() {
        return of(postgresqlSettings());
    }

    /** What an AI Cortex has to be told to use a new, empty one there. */
    public static Map<String, String> postgresqlSettings() {
        EmbeddedPostgres server = running();
        String name = "t" + UUID.randomUUID().toString().replace("-", "");
        try (Connection connection = server.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE " + name);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        return Map.of(
                "cortex.database.url",
                "postgresql://127.0.0.1:" + server.getPort() + "/" + name,
                "cortex.database.user",
                "postgres",
                "cortex.database.password",
                "postgres");
    }

    /** The configuration with these values, and what else it needs. */
    public static CortexConfig config(Map<String, String> values) {
        return new SmallRyeConfigBuilder()
                .addDiscoveredConverters()
                .addDefaultInterceptors()
                .withMapping(CortexConfig.class)
                .withMappingIgnore("cortex.**")
                .withSources(new PropertiesConfigSource(new HashMap<>(values), "test", 1000))
                .build()
                .getConfigMapping(CortexConfig.class);
    }

    private static EmbeddedPostgres running() {
        return POSTGRES.updateAndGet(started -> started == null ? start() : started);
    }

    private static EmbeddedPostgres start() {
        try {
            EmbeddedPostgres server = EmbeddedPostgres.builder().start();
            Runtime.getRuntime().addShutdownHook(new Thread(() -> close(server)));
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void close(EmbeddedPostgres server) {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
