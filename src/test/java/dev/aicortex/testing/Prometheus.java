package dev.aicortex.testing;

import static org.awaitility.Awaitility.await;

import io.restassured.RestAssured;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A real Prometheus, which scrapes several gateways twice a second. */
public final class Prometheus implements AutoCloseable {
    private static final Pattern LISTENING = Pattern.compile("msg=\"Listening on\" address=(\\S+)");

    private final Process process;
    private final StringBuffer output = new StringBuffer();
    private final CompletableFuture<String> address = new CompletableFuture<>();

    /**
     * Starts it.
     *
     * @param folder where it keeps what it knows
     * @param rules what it evaluates, as text
     * @param gateways by the names that they get as {@code instance}
     */
    public Prometheus(Path folder, String rules, Map<String, URI> gateways) throws IOException {
        Files.writeString(folder.resolve("rules.yaml"), rules);
        StringBuilder config =
                new StringBuilder(
                        """
                        global: {scrape_interval: 500ms, scrape_timeout: 500ms, evaluation_interval: 500ms}
                        rule_files: [rules.yaml]
                        scrape_configs:
                          - job_name: aicortex
                            metrics_path: /q/metrics
                            static_configs:
                        """);
        gateways.forEach((name, url) ->
                config.append(
                        "      - {targets: ['%s'], labels: {instance: %s}}\n"
                                .formatted(url.getAuthority(), name)));
        Path file = Files.writeString(folder.resolve("prometheus.yaml"), config);
        process =
                new ProcessBuilder(
                                "prometheus",
                                "--config.file=" + file,
                                "--storage.tsdb.path=" + folder.resolve("data"),
                                "--web.listen-address=127.0.0.1:0")
                        .redirectErrorStream(true)
                        .start();
        Thread.ofVirtual().start(this::collect);
    }

    private void collect() {
        try (BufferedReader lines = process.inputReader()) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                output.append(line).append('\n');
                Matcher listening = LISTENING.matcher(line);
                if (listening.find()) {
                    address.complete(listening.group(1));
                }
            }
        } catch (IOException e) {
            output.append(e);
        }
        address.completeExceptionally(new IllegalStateException("it ended: " + output));
    }

    private Response answer(String path, Map<String, String> query) {
        String url = "http://" + address.orTimeout(30, TimeUnit.SECONDS).join() + path;
        return RestAssured.given().queryParams(query).get(url);
    }

    private JsonPath ask(String path, Map<String, String> query) {
        return answer(path, query).jsonPath();
    }

    /** Waits until it has scraped so many gateways, none in vain. */
    public void scrapes(int gateways) {
        // it listens before it has opened its store
        await().until(() -> answer("/-/ready", Map.of()).statusCode() == 200);
        await().until(() -> value("sum(up)") == gateways);
    }

    /** The names of the alerts that fire for a gateway. */
    public List<String> firing(String instance) {
        return ask("/api/v1/alerts", Map.of())
                .getList(
                        "data.alerts.findAll { it.state == 'firing' && it.labels.instance == '%s' }.labels.alertname"
                                .formatted(instance));
    }

    /** The only value of an expression; not a number where it has none. */
    public double value(String expression) {
        List<String> values =
                ask("/api/v1/query", Map.of("query", expression))
                        .getList("data.result.collect { it.value[1] }");
        return values == null || values.size() != 1
                ? Double.NaN
                : Double.parseDouble(values.getFirst());
    }

    @Override
    public void close() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(10, TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
    }
}
