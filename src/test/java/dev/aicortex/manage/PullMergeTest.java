package dev.aicortex.manage;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Lines of several servers in, lines of one out. */
class PullMergeTest {
    private static String layer(String digest, long total, long completed) {
        return "{\"status\":\"pulling %s\",\"digest\":\"%s\",\"total\":%d,\"completed\":%d}"
                .formatted(digest, digest, total, completed);
    }

    private static String status(String text) {
        return "{\"status\":\"%s\"}".formatted(text);
    }

    private static String error(String text) {
        return "{\"error\":\"%s\"}".formatted(text);
    }

    /** What one read of one server brings. */
    record Read(int server, List<String> lines) {
        static Read of(int server, String... lines) {
            return new Read(server, List.of(lines));
        }
    }

    private static List<String> merged(int servers, List<Read> reads) {
        return told(new PullMerge(servers), reads);
    }

    private static List<String> told(PullMerge merge, List<Read> reads) {
        List<String> out = new ArrayList<>();
        for (Read read : reads) {
            List<Buffer> lines = read.lines().stream().map(Buffer::buffer).toList();
            merge.read(read.server(), lines).forEach(line -> out.add(line.encode()));
        }
        return out;
    }

    static Stream<Arguments> progress() {
        return Stream.of(
                Arguments.of(
                        "one server's lines pass as they are",
                        1,
                        List.of(
                                Read.of(0, status("pulling manifest")),
                                Read.of(0, layer("a", 10, 0)),
                                Read.of(0, layer("a", 10, 5)),
                                Read.of(0, status("writing manifest"))),
                        List.of(
                                status("pulling manifest"),
                                layer("a", 10, 0),
                                layer("a", 10, 5),
                                status("writing manifest"))),
                Arguments.of(
                        "a layer is the sum, of which the first total is the last",
                        2,
                        List.of(
                                Read.of(0, layer("a", 10, 4)),
                                Read.of(1, layer("a", 10, 1)),
                                Read.of(0, layer("a", 10, 10)),
                                Read.of(1, layer("a", 10, 10))),
                        List.of(
                                layer("a", 20, 4),
                                layer("a", 20, 5),
                                layer("a", 20, 11),
                                layer("a", 20, 20))),
                Arguments.of(
                        "of one read each layer is told once, and before the status after it",
                        1,
                        List.of(
                                Read.of(
                                        0,
                                        layer("a", 10, 1),
                                        layer("b", 7, 1),
                                        layer("a", 10, 9),
                                        status("writing manifest"),
                                        layer("b", 7, 7))),
                        List.of(
                                layer("a", 10, 9),
                                layer("b", 7, 1),
                                status("writing manifest"),
                                layer("b", 7, 7))),
                Arguments.of(
                        "a status is told once, when the last server has reached it",
                        2,
                        List.of(
                                Read.of(0, status("pulling manifest"), status("verifying")),
                                Read.of(1, status("pulling manifest")),
                                Read.of(1, status("pulling manifest"), status("verifying"))),
                        List.of(status("pulling manifest"), status("verifying"))),
                Arguments.of(
                        "nobody waits for the status of a server that failed",
                        2,
                        List.of(
                                Read.of(0, status("pulling manifest")),
                                Read.of(1, error("no route"))),
                        List.of(status("pulling manifest"))),
                Arguments.of(
                        "nor for what a server that is through never said",
                        2,
                        List.of(
                                Read.of(0, status("removing unused layers")),
                                Read.of(1, status("success"))),
                        List.of(status("removing unused layers"))),
                Arguments.of(
                        "a server that starts a part anew takes nothing back",
                        1,
                        List.of(
                                Read.of(0, layer("a", 10, 6)),
                                Read.of(0, layer("a", 10, 2)),
                                Read.of(0, layer("a", 10, 7))),
                        List.of(layer("a", 10, 6), layer("a", 10, 7))),
                Arguments.of(
                        "completed is never above total",
                        1,
                        List.of(Read.of(0, layer("a", 10, 12))),
                        List.of(layer("a", 10, 10))),
                Arguments.of(
                        "figures that say nothing new are left out",
                        1,
                        List.of(Read.of(0, layer("a", 10, 3)), Read.of(0, layer("a", 10, 3))),
                        List.of(layer("a", 10, 3))),
                Arguments.of(
                        "a server that is through has all of every layer",
                        2,
                        List.of(Read.of(0, layer("a", 10, 10)), Read.of(1, status("success"))),
                        List.of(layer("a", 20, 10), layer("a", 20, 20))),
                Arguments.of(
                        "success is not told: what follows on it is the caller's",
                        1,
                        List.of(Read.of(0, status("success"), status("late"))),
                        List.of()),
                Arguments.of(
                        "a layer without figures is none to divide by",
                        1,
                        List.of(Read.of(0, "{\"status\":\"pulling a\",\"digest\":\"a\"}")),
                        List.of(layer("a", 0, 0))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("progress")
    void theProgressOfAllLooksLikeThatOfOne(
            String what, int servers, List<Read> reads, List<String> expected) {
        assertThat(merged(servers, reads)).as(what).isEqualTo(expected);
    }

    @Test
    void itIsOverWhenAllAreThrough() {
        PullMerge merge = new PullMerge(2);
        told(merge, List.of(Read.of(0, status("success"))));
        assertThat(merge.over()).isFalse();
        told(merge, List.of(Read.of(1, error("disk full"), status("success"))));
        assertThat(merge.over()).isTrue();
        assertThat(merge.failures()).isEqualTo(Map.of(1, "disk full"));
    }

    @Test
    void anEndWithoutAResultIsAFailureAndAnEndAfterOneIsNone() {
        PullMerge merge = new PullMerge(2);
        told(merge, List.of(Read.of(0, status("success"))));
        merge.ended(0, "its answer ended too early");
        merge.ended(1, "its answer ended too early");
        assertThat(merge.failures()).isEqualTo(Map.of(1, "its answer ended too early"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"<html>", "[1]", "null", "7", "{"})
    void aLineThatIsNoObjectIsAFailure(String line) {
        PullMerge merge = new PullMerge(1);
        assertThat(told(merge, List.of(Read.of(0, line)))).isEmpty();
        assertThat(merge.failures().get(0)).contains("no JSON object");
    }

    @Test
    void aServerIsExpectedToTalkOnlyWhileItLoadsALayer() {
        PullMerge merge = new PullMerge(1);
        assertThat(merge.atWork(0)).isTrue();
        told(merge, List.of(Read.of(0, layer("a", 10, 3))));
        assertThat(merge.atWork(0)).isFalse();
        told(merge, List.of(Read.of(0, layer("a", 10, 10))));
        assertThat(merge.atWork(0)).isTrue();
        told(merge, List.of(Read.of(0, status("success"))));
        assertThat(merge.atWork(0)).isFalse();
    }

    @Test
    @DisplayName("whatever the order, no figure goes back and all end at the total")
    void noFigureEverGoesBack() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int run = 0; run < 200; run++) {
            int servers = 1 + random.nextInt(4);
            PullMerge merge = new PullMerge(servers);
            long[] done = new long[servers];
            long total = -1;
            long completed = -1;
            while (Arrays.stream(done).anyMatch(d -> d < 100)) {
                int server = random.nextInt(servers);
                done[server] = Math.min(100, done[server] + random.nextInt(40) - 5);
                Read read = Read.of(server, layer("a", 100, Math.max(0, done[server])));
                for (String line : told(merge, List.of(read))) {
                    JsonObject figures = new JsonObject(line);
                    assertThat(figures.getLong("total"))
                            .as("seed %d", seed)
                            .isEqualTo(100L * servers);
                    assertThat(figures.getLong("completed"))
                            .as("seed %d", seed)
                            .isGreaterThan(completed)
                            .isLessThanOrEqualTo(figures.getLong("total"));
                    total = figures.getLong("total");
                    completed = figures.getLong("completed");
                }
            }
            assertThat(completed).as("seed %d", seed).isEqualTo(total);
        }
    }
}
