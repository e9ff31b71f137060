package dev.aicortex.usage;

import static dev.aicortex.usage.Records.NOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.aicortex.store.Database;
import dev.aicortex.store.Databases;
import dev.aicortex.usage.UsageQuery.Dimension;
import dev.aicortex.usage.UsageRecord.Outcome;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Records and sums, the same in both databases. */
@ParameterizedClass
@EnumSource(UsageStoreTest.Kind.class)
class UsageStoreTest {
    private static final long HOUR = Duration.ofHours(1).toMillis();

    private Database database;
    private UsageStore store;
    private UsageReader reader;
    private int number;

    @TempDir private Path folder;
    @Parameter private Kind kind;

    enum Kind {
        SQLITE,
        POSTGRESQL
    }

    @BeforeEach
    void start() {
        database = kind == Kind.SQLITE ? Databases.sqlite(folder) : Databases.postgresql();
        store = new UsageStore(database);
        reader = new UsageReader(database);
    }

    @AfterEach
    void stop() {
        Databases.close(database);
    }

    private void write(UsageRecord... records) {
        store.write(List.of(records).stream().map(r -> Records.numbered(number++, r)).toList());
    }

    private UsageReport report(String by, String since, String span, Map<Dimension, String> only) {
        return report(by, since, span, only, null);
    }

    private UsageReport report(
            String by, String since, String span, Map<Dimension, String> only, String top) {
        return reader.report(
                UsageQuery.of(
                        List.of(Dimension.values()),
                        by,
                        since,
                        null,
                        span,
                        only,
                        top,
                        Instant.ofEpochMilli(NOON)));
    }

    private UsageReport report(String by) {
        return report(by, "24h", null, Map.of());
    }

    private List<UsageReport.Kept> records() {
        return reader.records(Map.of(), Optional.empty(), Optional.empty(), 1_000).records();
    }

    @Test
    void keepsARecordAsItWas() {
        write(Records.of(NOON, "alice", "ada"));

        assertThat(records())
                .containsExactly(
                        new UsageReport.Kept(
                                UsageStore.idAt(NOON) + "0000000000000000",
                                "2027-01-15T12:00:00Z",
                                "alice",
                                "ada",
                                "openai",
                                "/v1/chat/completions",
                                "gpt-4o",
                                "llama3.2:3b",
                                "http://gpu-a:11434",
                                2,
                                7,
                                30L,
                                100,
                                10,
                                4,
                                5,
                                "complete",
                                "",
                                "stop"));
    }

    @Test
    void addsUpWhatBelongsTogether() {
        write(Records.of(NOON, "alice", "ada"), Records.of(NOON - 1, "alice", "bob"));
        write(
                Records.of(NOON - HOUR, "alice", "ada", Outcome.TRUNCATED, 100, 1),
                Records.of(NOON, "carol", "", Outcome.REFUSED, 0, 0),
                Records.of(NOON, "carol", "", Outcome.FAILED, 0, 0),
                Records.of(NOON, "carol", "", Outcome.CLIENT_GONE, 1, 0));

        UsageReport report = report("key");

        assertThat(report.usage())
                .extracting(UsageReport.Row::key)
                .containsExactly("alice", "carol");
        assertThat(report.usage().getFirst().sums())
                .isEqualTo(new Sums(3, 2, 1, 0, 0, 0, 120, 12, 11, 21, 300));
        assertThat(report.usage().getLast().sums())
                .isEqualTo(new Sums(3, 0, 0, 1, 1, 1, 1, 12, 0, 21, 300));
        assertThat(report.total()).isEqualTo(new Sums(6, 2, 1, 1, 1, 1, 121, 24, 11, 42, 600));
        assertThat(report("user").usage())
                .extracting(UsageReport.Row::user)
                .containsExactly("ada", "bob", "");
        assertThat(report("key,user,model,server").usage()).hasSize(3);
        assertThat(report("key", "24h", null, Map.of(Dimension.USER, "bob")).total().requests())
                .isEqualTo(1);
    }

    @Test
    void tellsSpansApart() {
        write(
                Records.of(NOON - 2 * HOUR, "a", ""),
                Records.of(NOON - 2 * HOUR + 60_000, "a", ""),
                Records.of(NOON, "a", ""));

        assertThat(report("key", "24h", "hour", Map.of()).usage())
                .extracting(UsageReport.Row::at, row -> row.sums().requests())
                .containsExactly(
                        tuple("2027-01-15T10:00:00Z", 2L), tuple("2027-01-15T12:00:00Z", 1L));
        assertThat(report("key", "24h", "minute", Map.of()).usage()).hasSize(3);
        assertThat(report("key", "24h", "day", Map.of()).usage()).hasSize(1);
        assertThat(report("key", "30m", null, Map.of()).total().requests()).isEqualTo(1);
    }

    @Test
    void sumsUpTheOthersOfASeriesSoThatNothingIsLost() {
        for (int hour = 0; hour < 5; hour++) {
            for (int i = 0; i < 6; i++) {
                write(
                        Records.of(
                                NOON - hour * HOUR,
                                "k" + i,
                                "u" + hour,
                                Outcome.COMPLETE,
                                i,
                                hour));
            }
        }
        for (String by : List.of("key", "user,key", "key,model,server")) {
            for (String span : List.of("minute", "hour", "day")) {
                UsageReport all = report(by, "1d", span, Map.of());
                UsageReport first = report(by, "1d", span, Map.of(), "2");

                assertThat(sum(first)).isEqualTo(sum(all)).isEqualTo(all.total());
                assertThat(first.total()).isEqualTo(all.total());
                assertThat(byMoment(first)).isEqualTo(byMoment(all));
            }
        }
        assertThat(report("key", "1d", null, Map.of(), "2").usage())
                .extracting(UsageReport.Row::key, row -> row.sums().requests())
                .containsExactly(tuple("k5", 5L), tuple("k4", 5L), tuple("(other)", 20L));
        assertThat(report("key", "1d", "day", Map.of(), "2").usage())
                .extracting(UsageReport.Row::key)
                .containsExactly("k5", "k4", "(other)");
        assertThat(report("key", "1d", null, Map.of(), "6").usage()).hasSize(6);
        assertThat(report("key", "1d", "hour", Map.of(Dimension.USER, "u1"), "1").usage())
                .extracting(UsageReport.Row::key, row -> row.sums().requests())
                .containsExactly(tuple("k5", 1L), tuple("(other)", 5L));
    }

    private static Sums sum(UsageReport report) {
        return report.usage().stream().map(UsageReport.Row::sums).reduce(Sums.NONE, Sums::plus);
    }

    private static Map<String, Sums> byMoment(UsageReport report) {
        return report.usage().stream()
                .collect(Collectors.toMap(UsageReport.Row::at, UsageReport.Row::sums, Sums::plus));
    }

    @Test
    void tellsWhenKeysWereLastUsed() {
        write(
                Records.of(NOON - HOUR, "alice", "ada"),
                Records.of(NOON - 61_000, "alice", "bob"),
                Records.of(NOON, "carol", ""));

        assertThat(reader.lastUsed()).isEqualTo(Map.of("alice", NOON - 120_000, "carol", NOON));
    }

    @Test
    void countsARecordOnceHoweverOftenItIsWritten() {
        UsageStore.Numbered first = Records.numbered(1, Records.of(NOON, "a", ""));
        UsageStore.Numbered second = Records.numbered(2, Records.of(NOON, "a", ""));
        store.write(List.of(first));
        store.write(List.of(first, second));
        store.write(List.of(first, second));

        assertThat(records()).hasSize(2);
        assertThat(report("key").total().requests()).isEqualTo(2);
        assertThat(report("key", "24h", "day", Map.of()).total().requests()).isEqualTo(2);
    }

    @Test
    void keepsTextsThatNoDatabaseTakes() {
        write(Records.of(NOON, "a", "evil\0\n\ud800\u202e'; DROP TABLE usage_record; --\u00e9"));

        assertThat(records())
                .extracting(UsageReport.Kept::user)
                .containsExactly("evil'; DROP TABLE usage_record; --\u00e9");
    }

    @Test
    void givesRecordsPageByPageTheLatestFirst() {
        IntStream.range(0, 5).forEach(i -> write(Records.of(NOON + i, "a", "")));
        write(Records.of(NOON + 9, "b", "", Outcome.FAILED, 0, 0));

        UsageReport.Page page =
                reader.records(Map.of(Dimension.KEY, "a"), Optional.empty(), Optional.empty(), 3);
        UsageReport.Page rest =
                reader.records(
                        Map.of(Dimension.KEY, "a"),
                        Optional.of(Outcome.COMPLETE),
                        Optional.ofNullable(page.next()),
                        3);

        assertThat(page.records())
                .extracting(UsageReport.Kept::at)
                .containsExactly(
                        "2027-01-15T12:00:00.004Z",
                        "2027-01-15T12:00:00.003Z",
                        "2027-01-15T12:00:00.002Z");
        assertThat(rest.records()).hasSize(2);
        assertThat(rest.next()).isNull();
    }

    @Test
    void forgetsAKeyOrAUser() {
        write(
                Records.of(NOON, "a", "ada"),
                Records.of(NOON, "a", "bob"),
                Records.of(NOON, "b", "ada"));

        assertThat(store.delete(Dimension.USER, "ada")).isEqualTo(new UsageStore.Deleted(2, 6));
        assertThat(store.delete(Dimension.KEY, "a")).isEqualTo(new UsageStore.Deleted(1, 3));
        assertThat(records()).isEmpty();
        assertThat(report("key").total()).isEqualTo(Sums.NONE);
    }

    @Nested
    class InTime {
        @Test
        void oldRecordsGoAPortionAtATime() {
            IntStream.range(0, 25).forEach(i -> write(Records.of(NOON + i, "a", "")));

            assertThat(store.pruneRecords(NOON + 20, 1_000, 15)).isTrue();
            assertThat(records()).hasSize(10);
            assertThat(store.pruneRecords(NOON + 20, 1_000, 15)).isFalse();
            assertThat(records()).hasSize(5);
        }

        @Test
        void theOldestGoWhenThereAreTooMany() {
            IntStream.range(0, 25).forEach(i -> write(Records.of(NOON + i, "a", "")));

            assertThat(store.pruneRecords(0, 8, 15)).isTrue();
            assertThat(store.pruneRecords(0, 8, 15)).isFalse();
            assertThat(records()).hasSize(8);
            assertThat(records().getLast().at()).isEqualTo("2027-01-15T12:00:00.017Z");
        }

        @Test
        void sumsOfMinutesGoFirst() {
            write(Records.of(NOON - 30 * HOUR, "a", ""), Records.of(NOON, "a", ""));
            assertThat(report("key", "47h", "minute", Map.of()).usage()).hasSize(2);

            store.pruneSums(NOON + 24 * HOUR);

            assertThat(report("key", "47h", "minute", Map.of()).usage()).hasSize(1);
            assertThat(report("key", "30d", "hour", Map.of()).usage()).hasSize(2);
            store.pruneSums(NOON + 200 * 24 * HOUR);
            assertThat(report("key", "30d", "hour", Map.of()).usage()).isEmpty();
            assertThat(report("key", "30d", "day", Map.of()).usage()).hasSize(2);
        }
    }
}
