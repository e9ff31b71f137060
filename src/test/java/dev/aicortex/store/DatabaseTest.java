package dev.aicortex.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aicortex.model.ValidationException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class DatabaseTest {
    @TempDir static Path folder;

    static Stream<Named<Supplier<Database>>> both() {
        return Stream.of(
                Named.of("SQLite", () -> Databases.sqlite(folder.resolve("some/where"))),
                Named.of("PostgreSQL", Databases::postgresql));
    }

    @ParameterizedTest
    @MethodSource("both")
    void keepsWhatATransactionWrote(Supplier<Database> made) throws SQLException {
        Database database = made.get();
        database.in(connection -> insert(connection, "kept"));

        assertThat(database.in(DatabaseTest::keys)).isEqualTo(1);
        database.in(connection -> remove(connection, "kept"));
        database.close();
    }

    @ParameterizedTest
    @MethodSource("both")
    void takesBackAllOfAWorkThatFails(Supplier<Database> made) {
        Database database = made.get();

        assertThatThrownBy(() ->
                        database.in(connection -> {
                            insert(connection, "twice");
                            return insert(connection, "twice");
                        }))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining(database.address());
        assertThat(database.in(DatabaseTest::keys)).isZero();
        database.close();
    }

    @ParameterizedTest
    @MethodSource("both")
    void letsManyWriteAtOnce(Supplier<Database> made) {
        Database database = made.get();
        try (ExecutorService many = Executors.newVirtualThreadPerTaskExecutor()) {
            IntStream.range(0, 50)
                    .forEach(i ->
                            many.execute(() ->
                                    database.in(connection -> insert(connection, "name" + i))));
        }

        assertThat(database.in(DatabaseTest::keys)).isEqualTo(50);
        IntStream.range(0, 50)
                .forEach(i -> database.in(connection -> remove(connection, "name" + i)));
        database.close();
    }

    @Test
    void isOpenedWhenItIsFirstUsed() {
        Path file = folder.resolve("later/aicortex.db");
        Database database = Databases.sqlite(file.getParent());

        assertThat(file).doesNotExist();
        database.in(DatabaseTest::keys);
        assertThat(file).exists();
        database.close();
    }

    @Test
    void isOpenedAgainWhereThatFailedBefore() throws Exception {
        Path inTheWay = Files.createFile(folder.resolve("in-the-way"));
        Database database = Databases.sqlite(inTheWay);

        assertThat(database.condition()).isEmpty();
        assertThatThrownBy(() -> database.in(DatabaseTest::keys))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("in-the-way");
        assertThat(database.condition().orElseThrow().problem()).contains("in-the-way");
        Files.delete(inTheWay);
        assertThat(database.in(DatabaseTest::keys)).isZero();
        assertThat(database.condition().orElseThrow().problem()).isNull();
        database.close();
    }

    @Test
    void isNotThereWhereNobodyWantsIt() {
        Database database = database(Map.of("cortex.database.url", "off"));

        assertThat(database.wanted()).isFalse();
        assertThatThrownBy(() -> database.in(DatabaseTest::keys))
                .isInstanceOf(StoreException.class)
                .hasMessage("there is no database: cortex.database.url=off");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "mysql://host/name",
                "sqlite:",
                "postgresql://user:hidden@host/name",
                "jdbc:postgresql://host/name?password=hidden",
                ""
            })
    void refusesWhatIsNoAddressWithoutItsSecrets(String url) {
        assertThatThrownBy(() -> database(Map.of("cortex.database.url", url + " ")))
                .isInstanceOf(ValidationException.class)
                .hasMessageContaining("cortex.database.url")
                .hasMessageContaining("sqlite:FILE")
                .hasMessageNotContaining("hidden");
    }

    @Test
    void tellsItsAddressWithoutItsOptions() {
        assertThat(database(Map.of("cortex.database.url", "jdbc:postgresql://h/n?sslmode=require")))
                .returns("postgresql://h/n", Database::address);
    }

    private static Database database(Map<String, String> values) {
        return new Database(Databases.config(values));
    }

    private static int insert(Connection connection, String name) throws SQLException {
        try (PreparedStatement insert =
                connection.prepareStatement(
                        """
                        INSERT INTO api_key (id, name, digest, previous_until, settings, disabled,
                                             created_at, expires_at)
                        VALUES (?, ?, ?, 0, '{}', ?, 0, 0)\
                        """)) {
            insert.setString(1, name);
            insert.setString(2, name);
            insert.setString(3, name);
            insert.setBoolean(4, false);
            return insert.executeUpdate();
        }
    }

    private static int remove(Connection connection, String name) throws SQLException {
        try (PreparedStatement delete =
                connection.prepareStatement("DELETE FROM api_key WHERE name = ?")) {
            delete.setString(1, name);
            return delete.executeUpdate();
        }
    }

    private static int keys(Connection connection) throws SQLException {
        try (PreparedStatement count = connection.prepareStatement("SELECT count(*) FROM api_key");
                ResultSet rows = count.executeQuery()) {
            rows.next();
            return rows.getInt(1);
        }
    }
}
