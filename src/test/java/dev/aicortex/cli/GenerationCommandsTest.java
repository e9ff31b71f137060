package dev.aicortex.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aicortex.catalogue.Lease;
import dev.aicortex.catalogue.Volume;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GenerationCommandsTest extends OnVolume {
    /** The first has acme:1b, the second has not, the third has qwen3:8b beside it. */
    @BeforeEach
    void threeGenerations() {
        refresh();
        first.models(models("llama3.2:3b"));
        refresh();
        first.models(models("llama3.2:3b", "acme:1b", "qwen3:8b"));
        refresh();
    }

    @Nested
    class History {
        @Test
        void listsTheGenerationsAndMarksTheOneThatCounts() {
            List<String> lines = run("catalogue history").lines();

            assertThat(lines.getFirst())
                    .isEqualTo("GENERATION  WRITTEN               FAMILIES  MODELS  CURRENT");
            assertThat(lines.subList(1, 4))
                    .satisfiesExactly(
                            line -> assertThat(line).matches("00000001  .*Z  3         3       -"),
                            line -> assertThat(line).matches("00000002  .*Z  2         2       -"),
                            line ->
                                    assertThat(line)
                                            .matches("00000003  .*Z  4         4       yes"));
        }

        @Test
        void isALineOfJsonAGeneration() {
            assertThat(run("catalogue history", "--output", "json").lines())
                    .hasSize(3)
                    .last()
                    .asString()
                    .contains("\"generation\":\"00000003\"", "\"models\":4", "\"current\":true");
        }

        @Test
        void ofAFolderWithoutAnySaysSo() {
            dir = temp.resolve("new");

            Run run = run("catalogue history");

            assertThat(run.status()).isZero();
            assertThat(run.error())
                    .isEqualTo(dir + " has no generation yet; 'aicortex refresh' writes the first");
            assertThat(dir).doesNotExist();
        }
    }

    @Nested
    class Diff {
        @Test
        void comparesTheCurrentWithTheOneBefore() {
            assertThat(run("catalogue diff").lines())
                    .containsExactly(
                            "added    acme:1b (others)",
                            "added    qwen3:8b (qwen)",
                            "00000002 to 00000003: 2 models added, 0 changed, 0 removed");
        }

        @Test
        void comparesOneWithTheCurrent() {
            assertThat(run("catalogue diff", "1").lines())
                    .containsExactly(
                            "added    qwen3:8b (qwen)",
                            "00000001 to 00000003: 1 models added, 0 changed, 0 removed");
        }

        @Test
        void comparesTwoInTheOrderGiven() {
            assertThat(run("catalogue diff", "00000003", "2").lines())
                    .containsExactly(
                            "removed  acme:1b (others)",
                            "removed  qwen3:8b (qwen)",
                            "00000003 to 00000002: 0 models added, 0 changed, 2 removed");
        }

        @Test
        void isALineOfJsonAChange() {
            assertThat(run("catalogue diff", "1", "--output", "json").lines())
                    .containsExactly(
                            "{\"kind\":\"added\",\"model\":\"qwen3:8b\",\"family\":\"qwen\"}");
        }

        @Test
        void warnsOfAMalformedFile() throws IOException {
            Files.writeString(dir.resolve("generations/00000003/qwen.json"), "{");

            Run run = run("catalogue diff");

            assertThat(run.error()).startsWith("skipped in generation 00000003: qwen.json, line 1");
            assertThat(run.lines()).hasSize(2);
        }
    }

    @Nested
    class Rollback {
        @Test
        void goesToTheOneBefore() throws IOException {
            Run run = run("catalogue rollback");

            assertThat(run.lines())
                    .containsExactly("generation 00000002 is current now; before it was 00000003");
            assertThat(run.err()).isEmpty();
            assertThat(new Volume(dir).read().generation()).isEqualTo("00000002");
            assertThat(dir.resolve("others.json")).doesNotExist();
            assertThat(dir.resolve(".lease")).doesNotExist();
        }

        @Test
        void goesForwardAgain() throws IOException {
            run("catalogue rollback", "1");
            run("catalogue rollback", "3");

            assertThat(new Volume(dir).read().generation()).isEqualTo("00000003");
            assertThat(dir.resolve("qwen.json")).exists();
        }

        @Test
        void toTheCurrentOneChangesNothing() throws IOException {
            Tree before = Tree.of(dir);

            assertThat(run("catalogue rollback", "3").lines())
                    .containsExactly("generation 00000003 is current already");

            assertThat(Tree.of(dir)).isEqualTo(before);
        }

        @Test
        void isBuiltOnByTheNextRefresh() throws IOException {
            run("catalogue rollback", "1");

            assertThat(refresh().out())
                    .contains("added    qwen3:8b")
                    .contains("generation 00000004");
            assertThat(new Volume(dir).numbers()).hasSize(4);
        }

        @Test
        void warnsOfFilesThatCountOverEveryGeneration() throws IOException {
            Files.writeString(dir.resolve("mine.json"), "{\"family\":\"mine\",\"models\":[]}");

            assertThat(run("catalogue rollback").error()).contains("by hand still count");
        }

        @Test
        void beforeTheOldestIsRefused() {
            run("catalogue rollback", "1");

            Run run = run("catalogue rollback");

            assertThat(run.status()).isEqualTo(1);
            assertThat(run.error())
                    .isEqualTo(
                            dir
                                    + " keeps no generation before the current 00000001; it keeps"
                                    + " 00000001, 00000002, 00000003");
        }

        @Test
        void whileAnotherHoldsTheLeaseIsRefused() throws Exception {
            try (Lease _ = Lease.take(new Volume(dir), "another one", Clock.systemUTC())) {
                Run run = run("catalogue rollback");

                assertThat(run.status()).isEqualTo(1);
                assertThat(run.error()).startsWith("the catalogue is being changed by another one");
                assertThat(new Volume(dir).generation()).isEqualTo("00000003");
            }
        }

        @Test
        void ofAFolderThatIsNotThereDoesNotMakeIt() {
            dir = temp.resolve("new");

            assertThat(run("catalogue rollback").error()).contains("has no generation yet");
            assertThat(dir).doesNotExist();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"7", "latest", "123456789", "../00000001"})
    void anUnknownGenerationIsNamedWithTheKnownOnes(String number) {
        for (String command : List.of("catalogue rollback", "catalogue diff")) {
            Run run = run(command, number);

            assertThat(run.status()).isEqualTo(1);
            assertThat(run.error())
                    .isEqualTo(
                            "there is no generation '%s' in %s; it keeps 00000001, 00000002, 00000003"
                                    .formatted(number, dir));
        }
    }
}
