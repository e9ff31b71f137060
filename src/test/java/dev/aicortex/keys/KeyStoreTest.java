package dev.aicortex.keys;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aicortex.store.Database;
import dev.aicortex.store.Databases;
import java.nio.file.Path;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Keys and budgets in both kinds of databases. */
class KeyStoreTest {
    @TempDir static Path folder;

    static Stream<Named<Supplier<Database>>> both() {
        return Stream.of(
                Named.of("SQLite", () -> Databases.sqlite(folder.resolve("" + System.nanoTime()))),
                Named.of("PostgreSQL", Databases::postgresql));
    }

    private static KeyStore store(Supplier<Database> database) {
        return new KeyStore(database.get());
    }

    private static ApiKey key(String name) {
        KeySettings settings =
                new KeySettings(
                        List.of("llama3.2:*"),
                        List.of("chat"),
                        "manage",
                        "batch",
                        null,
                        100,
                        2,
                        "1000/day",
                        null,
                        null);
        return new ApiKey(
                "id-" + name,
                name,
                false,
                Digest.of("secret-" + name),
                Optional.empty(),
                settings,
                settings.grant(),
                settings.limited(KeySettings.Limited.NOT),
                false,
                1_000,
                9_000);
    }

    private static List<ApiKey> all(KeyStore store) {
        return store.read(KeyStore.NONE).orElseThrow().keys();
    }

    @ParameterizedTest
    @MethodSource("both")
    void keepsAllOfAKeyButItsSecret(Supplier<Database> database) {
        KeyStore store = store(database);
        store.add(key("alice"));

        assertThat(all(store))
                .singleElement()
                .returns("alice", ApiKey::name)
                .returns(key("alice").settings(), ApiKey::settings)
                .returns(Digest.of("secret-alice"), ApiKey::digest)
                .returns(1_000L, ApiKey::createdAt)
                .returns(9_000L, ApiKey::expiresAt)
                .returns(0, of -> of.limits().rpm())
                .returns(100, of -> of.limits().tpm());
    }

    @ParameterizedTest
    @MethodSource("both")
    void isReadAgainOnlyAfterAChange(Supplier<Database> database) {
        KeyStore store = store(database);
        long version = store.read(KeyStore.NONE).orElseThrow().version();

        assertThat(store.read(version)).isEmpty();
        store.add(key("alice"));
        assertThat(store.read(version)).isPresent();
    }

    @ParameterizedTest
    @MethodSource("both")
    void changesAKey(Supplier<Database> database) {
        KeyStore store = store(database);
        store.add(key("alice"));

        assertThat(store.disable("id-alice", true)).isTrue();
        assertThat(all(store)).singleElement().returns(true, ApiKey::disabled);
        assertThat(store.rotate("id-alice", Digest.of("next"), 5_000)).isTrue();
        assertThat(all(store))
                .singleElement()
                .returns(Digest.of("next"), ApiKey::digest)
                .extracting(key -> key.previous().orElseThrow())
                .isEqualTo(new ApiKey.Previous(Digest.of("secret-alice"), 5_000));
        assertThat(store.remove("id-alice")).isTrue();
        assertThat(store.remove("id-alice")).isFalse();
        assertThat(all(store)).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("both")
    void countsABudgetOnThroughARestartAndBesideOthers(Supplier<Database> database) {
        KeyStore store = store(database);
        ApiKey key = key("alice");
        Budget budget = key.limits().budget().orElseThrow();
        Clock noon = Clock.fixed(Instant.parse("2026-11-29T12:00:00Z"), ZoneOffset.UTC);
        Budgets first = new Budgets(store, noon);
        assertThat(first.reserve(key, budget, 300)).isTrue();
        first.settle(key, budget, 300, 250);
        first.write();
        first.write();
        Budgets second = new Budgets(store, noon);
        second.read(List.of(key));

        assertThat(second.used(key, budget)).isEqualTo(250);
        second.settle(key, budget, 0, 50);
        second.write();
        first.read(List.of(key));
        assertThat(first.used(key, budget)).isEqualTo(300);
        Clock tomorrow = Clock.fixed(Instant.parse("2026-11-30T00:00:00Z"), ZoneOffset.UTC);
        Budgets next = new Budgets(store, tomorrow);
        next.read(List.of(key));
        assertThat(next.used(key, budget)).isZero();
    }

    @ParameterizedTest
    @MethodSource("both")
    void aKeyThatANewerVersionMadeLetsNobodyInAndKeepsOutNoOther(Supplier<Database> made)
            throws SQLException {
        Database database = made.get();
        KeyStore store = new KeyStore(database);
        store.add(key("alice"));
        store.add(key("bob"));
        database.in(connection -> {
            try (PreparedStatement update =
                    connection.prepareStatement(
                            "UPDATE api_key SET settings = ? WHERE name = 'alice'")) {
                update.setString(1, "{\"role\":\"owner\"}");
                return update.executeUpdate();
            }
        });

        assertThat(all(store)).extracting(ApiKey::name).containsExactly("bob");
    }

    @ParameterizedTest
    @MethodSource("both")
    void whatIsLeftOfABudgetGoesToOneRequestAtATime(Supplier<Database> database) {
        KeyStore store = store(database);
        ApiKey key = key("alice");
        Budget budget = key.limits().budget().orElseThrow();
        Budgets budgets = new Budgets(store, Clock.systemUTC());

        assertThat(budgets.reserve(key, budget, 5_000)).isTrue();
        assertThat(budgets.reserve(key, budget, 1)).isFalse();
        budgets.settle(key, budget, 5_000, 999);
        assertThat(budgets.reserve(key, budget, 5_000)).isTrue();
        budgets.settle(key, budget, 5_000, 1);
        assertThat(budgets.reserve(key, budget, 1)).isFalse();
    }
}
