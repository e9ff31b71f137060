package dev.aicortex.usage;

import static dev.aicortex.usage.Records.NOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.aicortex.config.CortexConfig;
import dev.aicortex.store.Database;
import dev.aicortex.store.Databases;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Records on their way to a database that may be away. */
@Timeout(60)
class UsageLogTest {
    @TempDir private Path folder;
    private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    private Database database;
    private UsageReader reader;
    private UsageLog log;

    private void open(Map<String, String> settings) {
        CortexConfig config = Databases.config(settings);
        database = Databases.of(settings);
        reader = new UsageReader(database);
        log = new UsageLog(config, database, new UsageStore(database), metrics);
    }

    private Map<String, String> sqlite() {
        return Map.of("cortex.database.url", "sqlite:" + folder.resolve("data/aicortex.db"));
    }

    @AfterEach
    void close() throws InterruptedException {
        log.stop(new ShutdownEvent());
        Databases.close(database);
    }

    private void add(int records) {
        IntStream.range(0, records).forEach(i -> log.add(Records.of(NOON + i, "a", "")));
    }

    private int written() {
        return reader.records(Map.of(), Optional.empty(), Optional.empty(), 100_000)
                .records()
                .size();
    }

    private double count(String counter) {
        return metrics.counter(counter).count();
    }

    @Test
    void writesByItself() {
        open(sqlite());
        add(1);

        await().until(() -> count("cortex.usage.written") == 1);
        assertThat(written()).isEqualTo(1);
    }

    @Test
    void writesAllBeforeAStopEnds() throws InterruptedException {
        open(sqlite());
        add(5_000);
        log.stop(new ShutdownEvent());

        assertThat(written()).isEqualTo(5_000);
    }

    @Test
    void takesRecordsFromManyThreadsAndGivesEachAnId() {
        open(sqlite());
        try (ExecutorService many = Executors.newVirtualThreadPerTaskExecutor()) {
            IntStream.range(0, 50).forEach(_ -> many.execute(() -> add(100)));
        }
        log.flush();

        assertThat(written()).isEqualTo(5_000);
    }

    @Test
    void keepsWhatFitsWhileTheDatabaseIsAwayAndDropsTheRest() throws IOException {
        Path inTheWay = Files.createFile(folder.resolve("data"));
        open(sqlite());
        add(20_000);
        double dropped = count("cortex.usage.dropped");
        assertThat(dropped).isGreaterThan(0).isLessThan(10_000);

        Files.delete(inTheWay);
        await().until(() -> count("cortex.usage.written") == 20_000 - dropped);
        assertThat(written()).isEqualTo((int) (20_000 - dropped));
    }

    @Test
    void opensNothingWhereUsageIsNotRecorded() {
        open(
                Map.of(
                        "cortex.usage.enabled",
                        "false",
                        "cortex.database.url",
                        "sqlite:" + folder.resolve("data/aicortex.db")));
        add(10);
        log.flush();

        assertThat(folder.resolve("data")).doesNotExist();
        assertThat(count("cortex.usage.dropped")).isZero();
    }

    @Test
    void losesNothingWhenPostgresqlStopsAndStarts() throws IOException {
        Path data = Files.createDirectory(folder.resolve("postgresql"));
        EmbeddedPostgres first = postgresql(data, 0);
        int port = first.getPort();
        open(
                Map.of(
                        "cortex.database.url",
                        "postgresql://127.0.0.1:" + port + "/postgres",
                        "cortex.database.user",
                        "postgres",
                        "cortex.database.password",
                        "postgres"));
        add(100);
        await().until(() -> count("cortex.usage.written") == 100);
        first.close();
        add(100);
        await().untilAsserted(() -> assertThat(count("cortex.usage.written")).isEqualTo(100));
        try (EmbeddedPostgres _ = postgresql(data, port)) {
            add(100);
            await().until(() -> count("cortex.usage.written") == 300);
            assertThat(written()).isEqualTo(300);
            log.flush();
        }
    }

    private static EmbeddedPostgres postgresql(Path data, int port) throws IOException {
        EmbeddedPostgres.Builder builder =
                EmbeddedPostgres.builder().setDataDirectory(data).setCleanDataDirectory(false);
        return (port == 0 ? builder : builder.setPort(port)).start();
    }
}
