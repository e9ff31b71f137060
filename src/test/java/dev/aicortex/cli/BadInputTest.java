package dev.aicortex.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is wrong is told in one line: which field, which value, what to do. */
@Timeout(60)
class BadInputTest {
    @TempDir private Path temp;

    @Nested
    class StandardInput {
        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                quoteCharacter = '\0',
                value = {
                    "garbage | not JSON: Unrecognized token 'garbage'",
                    "{\"url\": | not JSON: it ends in the middle",
                    "null | one object in { } is expected",
                    "[] | one object in { } is expected",
                    "{\"url\":\"http://a:1\"} {} | one object in { } is expected",
                    "{} | url: '' is not a server's URL; write http://host:port",
                    "{\"url\":\"gpu-a\"} | url: 'gpu-a' is not a server's URL",
                    "{\"url\":\"http://a:1\",\"status\":\"ill\"} | status: 'ill' is no value for it",
                })
        void ofFetchAndResolveIsToldWithItsLine(String line, String reason) {
            String input = "\n{\"url\":\"http://127.0.0.1:1\",\"status\":\"down\"}\n" + line + "\n";

            for (Run run :
                    new Run[] {
                        OnVolume.fed(input, "fetch", temp), OnVolume.fed(input, "resolve", temp)
                    }) {
                assertThat(run.status()).isEqualTo(1);
                assertThat(run.out()).isEmpty();
                assertThat(run.error())
                        .startsWith("standard input, line 3: " + reason)
                        .endsWith("; give it the lines that the step before wrote");
            }
        }

        @Test
        void namesTheFieldInsideAList() {
            String line = "{\"url\":\"http://a:1\",\"models\":[{},{\"size_bytes\":\"much\"}]}";

            assertThat(OnVolume.fed(line, "resolve", temp).error())
                    .startsWith("standard input, line 1: models[1].size_bytes: 'much' is no value");
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                quoteCharacter = '\0',
                value = {
                    "{} | line 1: \"base\" is missing",
                    "nonsense | line 1: not JSON",
                    "{\"base\":\"x\"}\\n{\"family\":3}\\n{\"end\":true} | line 2: family: a text in quotes",
                    "{\"base\":\"x\"}\\n\\n{\"family\":\"A\"}\\n{\"end\":true} | line 3: family: 'A' is not a family",
                    "{\"base\":\"x\"}\\n{\"family\":\"a\"} | line 2: the last line is not {\"end\":true}: it was cut off",
                })
        void ofApplyIsToldWithItsLine(String lines, String reason) throws IOException {
            Tree before = Tree.of(temp);

            Run run = OnVolume.fed(lines.replace("\\n", "\n"), "apply", temp);

            assertThat(run.status()).isEqualTo(1);
            assertThat(run.error()).startsWith("standard input, " + reason);
            assertThat(Tree.of(temp)).isEqualTo(before);
        }

        @Test
        void ofApplyIsNeverEmpty() {
            assertThat(OnVolume.fed("\n", "apply", temp).error())
                    .isEqualTo(
                            "standard input is empty; 'aicortex resolve' writes what is expected"
                                    + " here");
        }
    }

    @Nested
    class TheListOfServers {
        @Test
        void thatIsNotThereIsNamed() {
            Path missing = temp.resolve("missing");

            Run run = Run.of("check", "--dir", temp.toString(), "--servers", missing.toString());

            assertThat(run.status()).isEqualTo(1);
            assertThat(run.error())
                    .startsWith("--servers: '" + missing + "' cannot be read: ")
                    .contains("is not there")
                    .endsWith("name a file with one server a line");
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                quoteCharacter = '\0',
                value = {
                    "gpu-a:11434 | 'gpu-a:11434' is not a server's URL; write http://gpu-a:11434",
                    "ftp://me:secret@here | 'ftp://***@here' is not a server's URL",
                    "{\"uri\":\"http://a:1\"} | not an object with a url; write {\"url\":",
                    "{\"url\":\"a\"} | 'a' is not a server's URL",
                    "{ | not an object with a url",
                })
        void isToldWithItsLine(String line, String reason) throws IOException {
            Path file = list("http://a:1\n# first\n\n{\"url\":\"http://b:1\"}\n\n\n" + line);

            for (String command : new String[] {"check", "refresh"}) {
                Run run = Run.of(command, "--dir", temp.toString(), "--servers", file.toString());

                assertThat(run.status()).isEqualTo(1);
                assertThat(run.error())
                        .startsWith("--servers: %s, line 7: %s".formatted(file, reason));
            }
        }

        @Test
        void namesAtLeastOne() throws IOException {
            Path file = list("# none\n");

            assertThat(Run.of("check", "--servers", file.toString()).error())
                    .isEqualTo(
                            "--servers: '%s' names no server; write one a line, as http://host:port"
                                    .formatted(file));
        }

        @Test
        void isText() throws IOException {
            Path file = Files.write(temp.resolve("servers"), new byte[] {(byte) 0xff, 0});

            assertThat(Run.of("check", "--servers", file.toString()).error())
                    .contains("it is no text in UTF-8");
        }

        private Path list(String text) throws IOException {
            return Files.writeString(temp.resolve("servers"), text);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"3", "-0.1", "NaN", "half", ""})
    void aShareIsFromZeroToOne(String share) {
        for (String command : new String[] {"apply", "refresh"}) {
            Run run = Run.of(command, "--max-loss", share);

            assertThat(run.status()).isEqualTo(2);
            assertThat(run.error())
                    .contains("'--max-loss': '" + share + "' is no share")
                    .contains("from 0 to 1");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "check",
                "refresh",
                "refresh --dry-run",
                "catalogue history",
                "catalogue diff",
                "catalogue rollback"
            })
    void theCatalogueIsAFolder(String command) throws IOException {
        Path file = Files.createFile(temp.resolve("file"));

        Run run = Run.of((command + " --dir " + file).split(" "));

        assertThat(run.status()).isEqualTo(1);
        assertThat(run.error())
                .isEqualTo("--dir: '%s' is a file; name the catalogue's folder".formatted(file));
    }

    @Test
    void theCataloguesFolderHasAName() {
        Run run = Run.of("catalogue", "history", "--dir", "");

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.error()).startsWith("--dir is empty");
    }

    @Test
    void aFolderThatCannotBeMadeIsNamedWithTheReason() throws IOException {
        Path below = Files.createFile(temp.resolve("file")).resolve("catalogue");
        Path servers = Files.writeString(temp.resolve("servers"), "http://127.0.0.1:1");

        Run run = Run.of("refresh", "--dir", below.toString(), "--servers", servers.toString());

        assertThat(run.status()).isEqualTo(1);
        assertThat(run.error())
                .startsWith("the catalogue in " + below + " cannot be used: ")
                .doesNotContain("Exception")
                .endsWith("name another with --dir");
    }

    @Test
    void theCatalogueCommandNeedsToKnowWhatToDo() {
        Run run = Run.of("catalogue");

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.error()).endsWith("see 'aicortex catalogue --help'");
    }
}
