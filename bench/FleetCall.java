import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** One request to {@code /v1/chat/completions} and what came of it. */
final class FleetCall {
    private static final Duration PATIENCE = Duration.ofSeconds(120);
    private static final String CONTENT = "\"content\":\"";

    /**
     * What came of a request.
     *
     * @param server who answered; empty when nobody did
     * @param attempts how many servers were asked, as the gateway tells
     * @param explained what the gateway expected of the server
     * @param firstTokenNanos from the request to the first token, or to the whole answer when it is no stream; 0 for none
     * @param content of the answer as it stands in JSON, without quotes
     * @param error empty: the answer is whole
     * @param retryAfter in seconds, of one that was turned away; negative for none
     */
    record Result(String server, String attempts, String explained, long firstTokenNanos, String content, String error,
            double retryAfter) {
        boolean whole() {
            return error.isEmpty();
        }

        boolean begun() {
            return firstTokenNanos > 0;
        }
    }

    private final HttpClient http;
    private final URI url;
    private final long startedAt = System.nanoTime();
    private final StringBuilder content = new StringBuilder();
    private String server = "";
    private String attempts = "";
    private String explained = "";
    private long firstTokenNanos;
    private double retryAfter = -1;

    FleetCall(HttpClient http, URI url) {
        this.http = http;
        this.url = url;
    }

    Result send(String body, boolean stream, boolean batch) throws InterruptedException {
        var request = HttpRequest.newBuilder(url).timeout(PATIENCE).header("Content-Type", "application/json")
                .header("X-Cortex-Explain", "1");
        if (batch) {
            request.header("X-Cortex-Priority", "batch");
        }
        request.POST(HttpRequest.BodyPublishers.ofString(body));
        try {
            var response = http.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
            server = response.headers().firstValue("x-cortex-server").orElse("");
            explained = response.headers().firstValue("x-cortex-explain").orElse("");
            attempts = response.headers().firstValue("x-cortex-attempts").orElse("");
            return result(response.statusCode() == 200 ? read(response.body(), stream) : refused(response));
        } catch (IOException e) {
            return result(e.toString());
        }
    }

    private Result result(String error) {
        return new Result(server, attempts, explained, firstTokenNanos, content.toString(), error, retryAfter);
    }

    private String refused(HttpResponse<InputStream> response) throws IOException {
        retryAfter = response.headers().firstValue("retry-after").map(Double::parseDouble).orElse(-1.0);
        return "status " + response.statusCode() + ": " + text(response.body());
    }

    private String read(InputStream body, boolean stream) throws IOException {
        if (stream) {
            return readEvents(new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8)));
        }
        var text = text(body);
        take(text);
        return firstTokenNanos > 0 ? "" : "an answer without content: " + text;
    }

    private static String text(InputStream body) throws IOException {
        try (body) {
            return new String(body.readAllBytes(), StandardCharsets.UTF_8).strip();
        }
    }

    /** Empty when the stream came to its end. */
    private String readEvents(BufferedReader lines) throws IOException {
        var error = "a stream without its end";
        try (lines) {
            for (var line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.equals("data: [DONE]")) {
                    error = "";
                } else if (line.startsWith("data: {\"error\"")) {
                    error = "error event: " + line;
                } else if (line.startsWith("data: ")) {
                    take(line);
                }
            }
        }
        return error;
    }

    private void take(String json) {
        var start = json.indexOf(CONTENT);
        if (start < 0) {
            return;
        }
        var from = start + CONTENT.length();
        var to = from;
        while (to < json.length() && json.charAt(to) != '"') {
            to += json.charAt(to) == '\\' ? 2 : 1;
        }
        if (to > from && firstTokenNanos == 0) {
            firstTokenNanos = System.nanoTime() - startedAt;
        }
        content.append(json, from, Math.min(to, json.length()));
    }
}
