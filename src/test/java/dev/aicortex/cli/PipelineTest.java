package dev.aicortex.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.aicortex.catalogue.Lease;
import dev.aicortex.catalogue.Volume;
import dev.aicortex.simulator.SimulatedModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class PipelineTest extends OnVolume {
    private static final String MINE =
            """
            {"family":"mine","models":[{"name":"acme:1b","family":"mine",
             "description":"What a person wrote.","owner":"Ada","servers":[]}]}\
            """;

    @Nested
    class TheFourSteps {
        private Path piped;
        private LocalDate day;

        @BeforeEach
        void begin() {
            piped = temp.resolve("piped");
            day = LocalDate.now(ZoneOffset.UTC);
        }

        @Test
        void giveTheFolderOfARefreshByteForByte() throws IOException {
            refreshAndPipe();
            assertThat(Tree.of(dir).entries())
                    .containsKey("generations/00000001/llama.json")
                    .containsEntry("current", "link to generations/00000001")
                    .containsEntry("llama.json", "link to current/llama.json");

            first.models(List.of(SimulatedModel.gemma3(), SimulatedModel.qwen3()));
            second.models(
                    List.of(SimulatedModel.gemma3().withDigest("0123456789abcdef".repeat(4))));
            Files.writeString(dir.resolve("mine.json"), MINE);
            Files.writeString(piped.resolve("mine.json"), MINE);
            refreshAndPipe();
            assertThat(Tree.of(dir).entries())
                    .containsEntry("current", "link to generations/00000002");

            second.stop();
            refreshAndPipe();
        }

        private void refreshAndPipe() throws IOException {
            Run refresh = refresh("--max-loss", "1", "--backup");
            Run apply = pipe();

            assertThat(refresh.status()).isZero();
            assertThat(apply).returns(0, Run::status).returns("", Run::err);
            assumeThat(LocalDate.now(ZoneOffset.UTC)).as("midnight between the two").isEqualTo(day);
            assertThat(Tree.of(piped)).isEqualTo(Tree.of(dir));
        }

        private Run pipe() {
            Run check = on(piped, "check", Stream.of(asked()));
            Run fetch = fed(check.out(), "fetch", piped, asked());
            Run resolve = fed(fetch.out(), "resolve", piped);
            return fed(resolve.out(), "apply", piped, "--max-loss", "1", "--backup");
        }

        @Test
        void tellTheLastOnesChangesAsLinesOfJson() {
            List<String> lines = pipe().lines();

            assertThat(lines)
                    .hasSize(4)
                    .contains("{\"kind\":\"added\",\"model\":\"llama3.2:3b\",\"family\":\"llama\"}")
                    .endsWith(
                            "{\"generation\":\"00000001\",\"applied\":true,\"added\":3,\"changed\":0,"
                                    + "\"removed\":0}");
        }

        @Test
        void areRefusedWhenTheVolumeHasChangedMeanwhile() throws IOException {
            Run fetch = fed("", "fetch", piped, asked());
            Run resolve = fed(fetch.out(), "resolve", piped);
            Files.createDirectories(piped);
            Files.writeString(piped.resolve("mine.json"), MINE);

            Run apply = fed(resolve.out(), "apply", piped);

            assertThat(apply.status()).isEqualTo(1);
            assertThat(apply.error()).contains("has changed").contains("run it again");
        }
    }

    @Nested
    class ADryRun {
        @Test
        void leavesNoTrace() throws IOException {
            Tree before = Tree.of(temp);

            Run refresh = refresh("--dry-run");
            Run resolve = fed("", "resolve", dir);
            Run apply = fed(resolve.out(), "apply", dir, "--dry-run");

            assertThat(refresh.lines())
                    .contains("added    acme:1b (others)")
                    .last()
                    .isEqualTo(
                            "2 servers asked, 0 did not answer; 3 models added, 0 changed, 0"
                                    + " removed; nothing written: a dry run");
            assertThat(apply.lines())
                    .containsExactly("{\"applied\":false,\"added\":0,\"changed\":0,\"removed\":0}");
            assertThat(Tree.of(temp)).isEqualTo(before);
        }

        @Test
        void ofALaterRefreshLeavesTheVolumeAsItIs() throws IOException {
            refresh();
            Files.delete(dir.resolve(".lock"));
            Tree before = Tree.of(dir);
            first.models(List.of());

            assertThat(refresh("--dry-run", "--backup").out()).contains("removed  acme:1b");

            assertThat(Tree.of(dir)).isEqualTo(before);
        }

        @Test
        void needsNoLease() throws Exception {
            try (Lease _ = Lease.take(new Volume(dir), "another", Clock.systemUTC())) {
                assertThat(refresh("--dry-run").status()).isZero();
            }
        }
    }

    @Nested
    class ARefresh {
        @Test
        void whileAnotherHoldsTheLeaseIsRefusedInWords() throws Exception {
            try (Lease _ = Lease.take(new Volume(dir), "another one", Clock.systemUTC())) {
                Tree before = Tree.of(dir);

                Run refresh = refresh();
                Run resolve = fed("", "resolve", dir);
                Run apply = fed(resolve.out(), "apply", dir);

                assertThat(refresh.status()).isEqualTo(1);
                assertThat(refresh.out()).isEmpty();
                assertThat(refresh.error())
                        .startsWith("the catalogue is being changed by another one, until ")
                        .endsWith("; try again then");
                assertThat(apply.error()).startsWith("the catalogue is being changed by another");
                assertThat(Tree.of(dir)).isEqualTo(before);
            }
        }

        @Test
        void thatFindsNothingNewWritesNoGeneration() {
            refresh();

            assertThat(refresh().lines())
                    .containsExactly(
                            "2 servers asked, 0 did not answer; 0 models added, 0 changed, 0"
                                    + " removed; nothing to write");
        }

        @Test
        void tellsAServerThatIsDown() {
            second.stop();

            assertThat(refresh().lines())
                    .last()
                    .asString()
                    .startsWith("2 servers asked, 1 did not answer; 2 models added");
        }

        @Test
        void warnsOfOneTagWithDifferentContents() {
            second.models(List.of(SimulatedModel.llama32().withDigest("feedface".repeat(8))));

            assertThat(refresh().error())
                    .startsWith("llama3.2:3b differs from server to server")
                    .contains("feedfacefeed on " + second.url());
        }

        @Test
        void skipsAMalformedFileAndSaysWhichLine() throws IOException {
            Files.createDirectories(dir);
            Files.writeString(dir.resolve("broken.json"), "{\"family\":\"broken\",\n\"models\":3}");
            Files.writeString(dir.resolve("mine.json"), MINE);

            Run check = on(dir, "check", Stream.of(asked()));
            Run refresh = refresh();

            String warning = "skipped broken.json, line 2: models: a list in [ ] is expected";
            assertThat(check.error()).isEqualTo(warning);
            assertThat(check.lines()).hasSize(2);
            assertThat(refresh.error()).isEqualTo(warning);
            assertThat(refresh.status()).isZero();
            assertThat(Files.readString(dir.resolve("mine.json")))
                    .contains("What a person wrote.")
                    .contains(first.url().toString());
            assertThat(dir.resolve("broken.json")).content().endsWith("\"models\":3}");
        }

        @Test
        void isToldAsLinesOfJsonWhenAsked() {
            assertThat(refresh("--output", "json").lines())
                    .allMatch(line -> Json.parse(line).isObject())
                    .last()
                    .asString()
                    .contains("\"applied\":true");
        }
    }

    @Nested
    class ALoss {
        @Test
        void ofTooManyModelsIsRefusedUnlessAllowed() throws IOException {
            refresh();
            Tree before = Tree.of(dir);
            first.models(List.of());
            second.models(List.of());

            Run refused = refresh();

            assertThat(refused.status()).isEqualTo(1);
            assertThat(refused.out()).isEmpty();
            assertThat(refused.error())
                    .startsWith("3 of 3 models would have no server any more")
                    .contains("max-loss (0.5)")
                    .contains("--max-loss 1");
            assertThat(Tree.of(dir)).isEqualTo(before);
            assertThat(refresh("--max-loss", "1").lines())
                    .last()
                    .asString()
                    .endsWith("generation 00000002");
        }

        @Test
        void ofAFewIsNot() {
            refresh();
            first.models(models("llama3.2:3b"));

            assertThat(refresh("--max-loss", "0").status()).isEqualTo(1);
            assertThat(refresh().status()).isZero();
        }
    }

    @Test
    void aBackupKeepsWhatIsReplaced() throws IOException {
        refresh();
        String replaced = Files.readString(dir.resolve("others.json"));
        first.models(models("llama3.2:3b"));

        assertThat(refresh("--backup").status()).isZero();

        assertThat(dir.resolve("backups/00000001/others.json")).hasContent(replaced);
        assertThat(dir.resolve("others.json")).doesNotExist();
    }
}
