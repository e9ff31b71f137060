package dev.aicortex;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** No library with a published flaw comes back with a change of versions. */
class ShippedVersionsTest {
    private static final Pattern JAR = Pattern.compile("(.+)-(\\d+(?:\\.\\d+)*)[^/\\\\]*\\.jar");

    /** The lowest version without the flaws that are named. */
    @ParameterizedTest(name = "{0} {1}: {2}")
    @CsvSource({
        "netty-codec-http, 4.1.138, 'CVE-2026-33870, CVE-2026-42580 to -42587, CVE-2026-50020, CVE-2026-59901, CVE-2026-59903, CVE-2026-89044: smuggled requests'",
        "netty-codec-http2, 4.1.138, 'CVE-2026-33871: CONTINUATION frames without end'",
        "vertx-core, 4.5.27, CVE-2026-6860",
        "vertx-web, 4.5.27, CVE-2026-6860"
    })
    void hasTheFixes(String artifact, String fixed, String flaws) {
        assertThat(versions().get(artifact))
                .as("%s, whose versions before %s have %s", artifact, fixed, flaws)
                .isNotNull()
                .usingComparator(Comparator.comparing(ShippedVersionsTest::padded))
                .isGreaterThanOrEqualTo(fixed);
    }

    @Test
    void nettysPartsAreOfOneVersion() {
        List<String> versions =
                versions().entrySet().stream()
                        .filter(jar -> jar.getKey().startsWith("netty-"))
                        .map(Map.Entry::getValue)
                        .toList();
        assertThat(versions).hasSizeGreaterThan(5);
        assertThat(versions.stream().distinct()).hasSize(1);
    }

    /** Of the jars that the program is built from, by artifact. */
    private static Map<String, String> versions() {
        Map<String, String> versions = new TreeMap<>();
        for (String path : System.getProperty("java.class.path").split(File.pathSeparator)) {
            Matcher jar = JAR.matcher(new File(path).getName());
            if (jar.matches()) {
                versions.put(jar.group(1), jar.group(2));
            }
        }
        return versions;
    }

    private static String padded(String version) {
        int[] parts =
                Pattern.compile("\\.").splitAsStream(version).mapToInt(Integer::parseInt).toArray();
        return IntStream.of(parts).mapToObj("%08d"::formatted).reduce("", String::concat);
    }
}
