package dev.aicortex.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The schemas of the OpenAPI document are held to its own examples and to a real Ollama's bytes.
 */
class OpenApiExamplesTest {
    private static final OpenApiDocument DOCUMENT = OpenApiDocument.read();
    private static final Path EXCHANGES = Path.of("src/test/resources/exchanges");

    @Test
    void everyExampleFollowsItsSchema() {
        int seen = 0;
        for (Map.Entry<HttpRoute, JsonNode> operation : DOCUMENT.operations().entrySet()) {
            JsonNode json =
                    operation
                            .getValue()
                            .path("requestBody")
                            .path("content")
                            .path("application/json");
            for (JsonNode example : examples(json)) {
                seen++;
                assertThat(DOCUMENT.mistakes(json.path("schema"), example.toString()))
                        .as(operation.getKey() + " " + example)
                        .isEmpty();
            }
        }
        assertThat(seen).isGreaterThan(15);
    }

    private static List<JsonNode> examples(JsonNode content) {
        List<JsonNode> all = new ArrayList<>();
        if (content.has("example")) {
            all.add(content.get("example"));
        }
        content.path("examples").forEach(example -> all.add(example.get("value")));
        return all;
    }

    /** Those of which the gateway hands the answer on as it is; to {@code ps} it adds a field. */
    static List<Exchange> exchanges() throws IOException {
        try (Stream<Path> files = Files.list(EXCHANGES)) {
            List<Exchange> all = new ArrayList<>();
            for (Path file : files.filter(f -> f.toString().endsWith(".json")).sorted().toList()) {
                Exchange exchange = Exchange.of(new ObjectMapper().readTree(file.toFile()));
                if (exchange.isHandedOn()) {
                    all.add(exchange);
                }
            }
            return all;
        }
    }

    @ParameterizedTest
    @MethodSource("exchanges")
    void whatARealServerAcceptsFollowsTheSchemas(Exchange exchange) {
        JsonNode schema =
                exchange.operation()
                        .orElseThrow()
                        .at("/requestBody/content/application~1json/schema");
        if (exchange.status() == 200 && !schema.isMissingNode()) {
            assertThat(DOCUMENT.mistakes(schema, exchange.request())).isEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("exchanges")
    void whatARealServerAnswersFollowsTheSchemas(Exchange exchange) {
        JsonNode answer = DOCUMENT.answer(exchange.operation().orElseThrow(), exchange.status());
        assertThat(answer.isObject()).isTrue();
        JsonNode content = answer.path("content");
        if (!exchange.answer().isEmpty()) {
            assertThat(content.has(exchange.contentType())).isTrue();
        }
        if (exchange.contentType().equals("application/json") && !exchange.answer().isEmpty()) {
            JsonNode schema = content.path("application/json").path("schema");
            assertThat(DOCUMENT.mistakes(schema, exchange.answer())).isEmpty();
        }
    }

    /**
     * A recorded exchange.
     *
     * @param contentType without its parameters, empty when there was none
     */
    record Exchange(
            String name,
            HttpRoute route,
            String request,
            int status,
            String contentType,
            String answer) {
        static Exchange of(JsonNode recorded) {
            JsonNode request = recorded.get("request");
            JsonNode response = recorded.get("response");
            StringBuilder answer = new StringBuilder();
            response.get("chunks").forEach(chunk -> answer.append(chunk.get("text").asText()));
            return new Exchange(
                    recorded.get("name").asText(),
                    new HttpRoute(request.get("method").asText(), request.get("path").asText()),
                    request.get("body").asText(),
                    response.get("status").asInt(),
                    contentType(response.get("headers")),
                    answer.toString());
        }

        private static String contentType(JsonNode headers) {
            for (JsonNode header : headers) {
                if (header.get(0).asText().equalsIgnoreCase("Content-Type")) {
                    return header.get(1).asText().replaceAll(";.*", "");
                }
            }
            return "";
        }

        /**
         * A 5xx is not: the gateway looks for a server that does better, or says whose fault it is.
         */
        boolean isHandedOn() {
            return status < 400 && operation().isPresent() && !route.path().equals("/api/ps");
        }

        Optional<JsonNode> operation() {
            return DOCUMENT.operations().entrySet().stream()
                    .filter(entry -> entry.getKey().method().equals(route.method()))
                    .filter(entry -> route.path().matches(pattern(entry.getKey())))
                    .map(Map.Entry::getValue)
                    .findFirst();
        }

        private static String pattern(HttpRoute template) {
            return template.path().replaceAll("\\{\\w+}", ".+");
        }

        @Override
        public String toString() {
            return name;
        }
    }
}
