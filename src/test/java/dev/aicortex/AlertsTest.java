package dev.aicortex;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.aicortex.testing.OnThePath;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The alerts and the board that ship for Prometheus and Grafana. */
class AlertsTest {
    private static final Path ALERTS = Path.of("prometheus/alerts.yaml");
    private static final Path BOARD = Path.of("grafana/aicortex.json");
    private static final Pattern METRIC = Pattern.compile("cortex_[a-z_]+");

    @Test
    void eachAlertHasItsParagraphInTheRunbookAndNoOtherHas() throws IOException {
        List<String> paragraphs =
                Files.readAllLines(Path.of("docs/runbook.md")).stream()
                        .filter(line -> line.startsWith("## "))
                        .map(line -> line.substring(3))
                        .toList();

        assertThat(alerts().map(rule -> rule.path("alert").asText()))
                .containsExactlyElementsOf(paragraphs);
    }

    @Test
    void alertsAndBoardNameMetricsThatAreDocumented() throws IOException {
        Set<String> documented = metrics(Files.readString(Path.of("docs/metrics.md")));
        documented.addAll(metrics(Files.readString(Path.of("docs/catalogue.md"))));
        Set<String> used = metrics(Files.readString(ALERTS) + Files.readString(BOARD));

        assertThat(used).isNotEmpty();
        assertThat(documented).containsAll(used);
    }

    /** Prometheus' own tool, where it is installed; CI installs it. */
    @Test
    void firesWhenItShouldAndOnlyThen() throws Exception {
        assumeTrue(OnThePath.has("promtool"), "promtool is not installed");
        Process promtool =
                new ProcessBuilder("promtool", "test", "rules", "prometheus/alerts_test.yaml")
                        .redirectErrorStream(true)
                        .start();
        String said = new String(promtool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(promtool.waitFor()).as(said).isZero();
    }

    @Test
    void triesEachAlertOnAHealthyGatewayAndOnOneInTrouble() throws IOException {
        JsonNode tests = yaml(Path.of("prometheus/alerts_test.yaml")).path("tests");
        List<String> alerts = alerts().map(rule -> rule.path("alert").asText()).toList();

        assertThat(tests).hasSize(2);
        for (JsonNode test : tests) {
            List<String> tried = new ArrayList<>();
            test.path("alert_rule_test")
                    .forEach(each -> tried.add(each.path("alertname").asText()));
            assertThat(tried).containsExactlyElementsOf(alerts);
        }
    }

    private static Stream<JsonNode> alerts() throws IOException {
        JsonNode rules = yaml(ALERTS).path("groups").path(0).path("rules");
        assertThat(rules).isNotEmpty();
        return rules.valueStream();
    }

    private static JsonNode yaml(Path file) throws IOException {
        return new YAMLMapper().readTree(file.toFile());
    }

    private static Set<String> metrics(String text) {
        Set<String> names = new TreeSet<>();
        METRIC.matcher(text).results().forEach(match -> names.add(base(match.group())));
        return names;
    }

    /** A timer is documented by one of its names. */
    private static String base(String name) {
        return name.replaceFirst("(_seconds)_(sum|count|bucket|max)$", "$1");
    }
}
