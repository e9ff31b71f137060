package dev.aicortex.keys;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aicortex.config.CortexConfig;
import dev.aicortex.keys.KeyRing.Identity;
import dev.aicortex.store.Databases;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whose a secret is. */
class KeyRingTest {
    private static final Vertx VERTX = Vertx.vertx();
    private static final KeySettings ANY = KeySettings.of(Role.USE);

    @TempDir Path folder;

    @AfterAll
    static void close() {
        VERTX.close();
    }

    private record Replica(KeyRing ring, KeyChanges changes) {}

    /** Of those that share a folder with a database. */
    private Replica replica() {
        CortexConfig config =
                Databases.config(
                        Map.of(
                                "cortex.database.url", "sqlite:" + folder.resolve("keys.db"),
                                "cortex.keys.alice", "sk-1",
                                "cortex.keys.bob", "sk-22"));
        KeyStore store = new KeyStore(Databases.sqlite(folder, "keys.db"));
        Budgets budgets = new Budgets(store);
        KeyRing ring = new KeyRing(VERTX, config, store, budgets, new SimpleMeterRegistry());
        return new Replica(ring, new KeyChanges(store, ring, budgets));
    }

    private static String name(KeyRing ring, String... secrets) {
        return switch (ring.identify(List.of(secrets))) {
            case Identity.Known(ApiKey key) -> key.name();
            case Identity.Refused(String problem) -> problem;
            case Identity.Unknown _ -> "nobody";
        };
    }

    @ParameterizedTest
    @CsvSource({"sk-1, alice", "sk-22, bob"})
    void isToldByTheConfiguration(String secret, String name) {
        KeyRing ring = replica().ring;
        assertThat(name(ring, secret)).isEqualTo(name);
        assertThat(name(ring, "other", secret)).isEqualTo(name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "sk-", "sk-2", "sk-222", "SK-1", "alice"})
    void isNobodysOtherwise(String secret) {
        assertThat(name(replica().ring, secret)).isEqualTo("nobody");
    }

    @Test
    void isNotClearWhereTwoKeysAreSent() {
        assertThat(name(replica().ring, "sk-1", "sk-22")).contains("two different keys");
    }

    @Test
    void changesWithTheConfiguration() {
        KeyRing ring = replica().ring;
        ring.prepared(
                        Databases.config(
                                Map.of("cortex.keys.carol", "sk-3", "cortex.limits.rpm", "7")))
                .run();
        assertThat(name(ring, "sk-3")).isEqualTo("carol");
        assertThat(name(ring, "sk-1")).isEqualTo("nobody");
        assertThat(ring.keys()).allMatch(key -> key.limits().rpm() == 7);
    }

    @Test
    void isOutOfForceWhileTheConfigurationHasItsName() {
        Replica replica = replica();
        String secret = replica.changes.create("dave", ANY, 0).secret();
        replica.ring.prepared(Databases.config(Map.of("cortex.keys.dave", "sk-4"))).run();
        assertThat(name(replica.ring, secret)).isEqualTo("nobody");
        assertThat(name(replica.ring, "sk-4")).isEqualTo("dave");
        replica.ring.prepared(Databases.config(Map.of())).run();
        assertThat(name(replica.ring, secret)).isEqualTo("dave");
    }

    @Test
    void isKnownAtOnceWhereItIsMadeAndElsewhereAfterAnotherLook() {
        Replica here = replica();
        Replica there = replica();
        String secret = here.changes.create("dave", ANY, 0).secret();

        assertThat(name(here.ring, secret)).isEqualTo("dave");
        assertThat(name(there.ring, secret)).isEqualTo("nobody");
        there.ring.read();
        assertThat(name(there.ring, secret)).isEqualTo("dave");
        here.changes.revoke("dave");
        there.ring.read();
        assertThat(name(there.ring, secret)).isEqualTo("nobody");
    }

    @Test
    void countsNoMoreOnceItIsDisabledOrHasExpired() {
        Replica replica = replica();
        String secret = replica.changes.create("dave", ANY, 0).secret();
        replica.changes.disable("dave", true);
        assertThat(name(replica.ring, secret)).contains("disabled");
        replica.changes.disable("dave", false);
        assertThat(name(replica.ring, secret)).isEqualTo("dave");
        String expired = replica.changes.create("erin", ANY, 1).secret();
        assertThat(name(replica.ring, expired)).contains("expired");
    }

    @Test
    void countsForAWhileAfterARotation() {
        Replica replica = replica();
        String first = replica.changes.create("dave", ANY, 0).secret();
        String second = replica.changes.rotate("dave", Duration.ofHours(1)).secret();
        assertThat(name(replica.ring, first)).isEqualTo("dave");
        assertThat(name(replica.ring, second)).isEqualTo("dave");
        String third = replica.changes.rotate("dave", Duration.ZERO).secret();
        assertThat(name(replica.ring, first)).isEqualTo("nobody");
        assertThat(name(replica.ring, second)).contains("expired");
        assertThat(name(replica.ring, third)).isEqualTo("dave");
    }

    @Test
    void isShownByNothing() {
        Replica replica = replica();
        String secret = replica.changes.create("dave", ANY, 0).secret();
        assertThat(replica.ring.keys().toString()).doesNotContain(secret, "sk-1");
    }
}
