package dev.aicortex;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What docs/security.md promises has the tests that it names. */
class SecurityPageTest {
    private static final Pattern NAMED = Pattern.compile("`(\\w+(?:Test|IT))(?:\\.(\\w+))?`");

    @Test
    void eachRowNamesTestsThatAreThere() throws IOException {
        Map<String, String> sources = sources();
        List<String> rows =
                Files.readString(Path.of("docs/security.md"))
                        .lines()
                        .filter(line -> line.startsWith("| ") && !line.startsWith("| threat"))
                        .toList();
        assertThat(rows).hasSizeGreaterThan(40);
        assertThat(rows)
                .allSatisfy(row -> {
                    String tests = row.substring(row.lastIndexOf('|', row.length() - 2));
                    assertThat(NAMED.matcher(tests).results().toList())
                            .isNotEmpty()
                            .allSatisfy(named -> {
                                assertThat(sources).containsKey(named.group(1));
                                if (named.group(2) != null) {
                                    assertThat(sources.get(named.group(1)))
                                            .contains("void " + named.group(2) + "(");
                                }
                            });
                });
    }

    /** Of all tests, by the names of their classes, which some share. */
    private static Map<String, String> sources() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("src/test/java"))) {
            return files.filter(file -> file.toString().endsWith(".java"))
                    .filter(file -> !file.endsWith("package-info.java"))
                    .collect(
                            Collectors.toMap(
                                    file -> file.getFileName().toString().replace(".java", ""),
                                    SecurityPageTest::text,
                                    String::concat));
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
