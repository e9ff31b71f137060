package dev.aicortex.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aicortex.cli.TopScreen.Sort;
import dev.aicortex.cli.TopScreen.View;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TopScreenTest {
    private static final String A =
            "{\"id\":\"http://a:1\",\"name\":\"a:1\",\"state\":\"up\",\"in_flight\":1,\"places\":4,\"waiting\":0,\"tokens_per_second\":12.3,\"running\":[{\"model\":\"m1\"},{\"model\":\"m2\"}]%s}";
    private static final String B =
            "{\"id\":\"http://b:1\",\"name\":\"b:1\",\"state\":\"%s\",\"reason\":\"%s\",\"in_flight\":3,\"places\":3,\"waiting\":7,\"tokens_per_second\":2,\"running\":[]}";

    private final FleetPicture fleet = new FleetPicture();

    @BeforeEach
    void snapshot() {
        take(
                "snapshot",
                "{\"status\":\"degraded\",\"totals\":{\"in_flight\":4,\"waiting\":7,\"requests_per_second\":1.25,\"tokens_per_second\":14.3},\"servers\":[%s,%s]}"
                        .formatted(
                                A.formatted(
                                        ",\"history\":{\"p50\":[1,null,12],\"p95\":[2,null,40]}"),
                                B.formatted("down", "connection refused")));
    }

    private void take(String name, String data) {
        fleet.take(name, Json.parse(data));
    }

    private List<String> screen(View view, int columns, int rows) {
        return TopScreen.screen(fleet, view, columns, rows);
    }

    @Test
    void allOfItIsATable() {
        assertThat(TopScreen.all(fleet))
                .containsExactly(
                        "degraded: 1 of 2 servers serve; in flight 4, waiting 7, requests/s 1.3, tokens/s 14.3",
                        "",
                        "SERVER  STATE  BUSY  WAITING  TOKENS/S  P50    P95    REASON OR LAST ERROR  IN MEMORY",
                        "a:1     up     1/4   0        12.3      12 ms  40 ms  -                     m1, m2",
                        "b:1     down   3/3   7        2.0       -      -      connection refused    -");
    }

    @Nested
    class AScreen {
        @Test
        void isNoWiderNorHigherThanTheTerminal() {
            for (int columns : List.of(20, 40, 80, 200)) {
                List<String> lines = screen(View.FIRST, columns, 5);
                assertThat(lines).hasSize(5).allMatch(line -> line.length() <= columns);
            }
        }

        @Test
        void showsTheSelectedServerWhereverItIs() {
            StringBuilder many = new StringBuilder();
            for (int i = 0; i < 100; i++) {
                many.append(i == 0 ? "" : ",")
                        .append(
                                "{\"id\":\"s%d\",\"name\":\"s%d\",\"state\":\"up\"}"
                                        .formatted(i, i));
            }
            take("snapshot", "{\"status\":\"up\",\"servers\":[" + many + "]}");

            assertThat(screen(View.FIRST.selecting("s73"), 80, 10))
                    .hasSize(10)
                    .anyMatch(line -> line.startsWith("\033[7ms73 "));
            assertThat(screen(View.FIRST.selecting("s99"), 80, 10))
                    .anyMatch(line -> line.startsWith("\033[7ms99 "));
        }

        @Test
        void showsWhatTheFilterLeaves() {
            assertThat(screen(View.FIRST.filtered("DOWN", false), 80, 10))
                    .anyMatch(line -> line.startsWith("b:1"))
                    .noneMatch(line -> line.startsWith("a:1"));
        }

        @Test
        void obeysNoNameOfAServer() {
            take(
                    "change",
                    "{\"servers\":[{\"id\":\"x\",\"name\":\"\\u001b[2J\",\"state\":\"up\"}]}");

            assertThat(screen(View.FIRST, 80, 10)).noneMatch(line -> line.contains("\033[2J"));
        }

        @ParameterizedTest
        @CsvSource({
            "STATE, b:1",
            "BUSY, b:1",
            "WAITING, b:1",
            "TOKENS, a:1",
            "FIRST_TOKEN, a:1",
            "NAME, a:1"
        })
        void isSortedAsWanted(Sort by, String first) {
            assertThat(
                            TopScreen.shown(fleet, View.FIRST.sorted(by))
                                    .getFirst()
                                    .path("name")
                                    .asText())
                    .isEqualTo(first);
        }
    }

    @Nested
    class AChange {
        @Test
        void takesThePlaceOfWhatItNames() {
            take("change", "{\"servers\":[%s]}".formatted(B.formatted("breaker_open", "failed")));

            assertThat(TopScreen.all(fleet).getLast()).contains("breaker open", "failed");
        }

        @Test
        void leavesTheFirstTokensAsTheyWere() {
            take("change", "{\"servers\":[%s]}".formatted(A.formatted("")));

            assertThat(TopScreen.all(fleet).get(3)).contains("12 ms  40 ms");
        }

        @Test
        void hasTheFirstTokensOfASpanThatIsOver() {
            take("change", "{\"bucket\":{\"http://b:1\":{\"p50\":900,\"p95\":12500}}}");

            assertThat(TopScreen.all(fleet).get(3)).contains("12 ms  ");
            assertThat(TopScreen.all(fleet).get(4)).contains("900 ms  12.5 s");
        }

        @Test
        void mayTellOfAServerThatIsNew() {
            for (int i = 0; i < 2; i++) {
                take(
                        "change",
                        "{\"servers\":[%s]}".formatted(A.replace("a:1", "c:1").formatted("")));
            }
            take("change", "{\"bucket\":{\"http://c:1\":{\"p50\":33,\"p95\":44}}}");

            assertThat(TopScreen.all(fleet).getLast()).contains("c:1", "33 ms  44 ms");
        }

        /** As long as the page shows it. */
        @Test
        void forgetsFirstTokensAfterAQuarterOfAnHour() {
            for (int span = 0; span < 60; span++) {
                take("change", "{\"bucket\":{}}");
            }

            assertThat(TopScreen.all(fleet).get(3)).doesNotContain("12 ms");
        }

        @Test
        void takesOutWhatIsGone() {
            take("change", "{\"gone\":[\"http://b:1\"]}");

            assertThat(TopScreen.all(fleet)).hasSize(4);
        }
    }

    @ParameterizedTest
    @CsvSource({"24 80, 80, 24", "'50 200\n', 200, 50", "0 0, 80, 24", "'', 80, 24", "x, 80, 24"})
    void theSizeIsThatOfTheTerminalOrAUsualOne(String told, int columns, int rows) {
        assertThat(RawTerminal.Size.of(told)).isEqualTo(new RawTerminal.Size(columns, rows));
    }
}
