package dev.aicortex.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aicortex.dialect.Dialect;
import io.vertx.core.http.HttpMethod;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The OpenAPI document says what the gateway does: neither less nor more. */
class OpenApiTest {
    /** What Quarkus serves, not a resource of ours. */
    static final Set<HttpRoute> OF_EXTENSIONS =
            Stream.of(
                            "/q/health",
                            "/q/health/live",
                            "/q/health/ready",
                            "/q/health/started",
                            "/q/metrics")
                    .map(path -> new HttpRoute("GET", path))
                    .collect(Collectors.toUnmodifiableSet());

    private static final Pattern PARAMETER = Pattern.compile("\\{(\\w+)}");

    private final OpenApiDocument document = OpenApiDocument.read();
    private final Map<HttpRoute, JsonNode> operations = document.operations();

    @Test
    void everyRouteStandsInTheDocument() {
        assertThat(operations.keySet()).containsAll(HttpRoute.ofResources());
    }

    @Test
    void everyRouteOfTheDocumentIsThere() {
        Set<HttpRoute> routes = HttpRoute.ofResources();
        routes.addAll(OF_EXTENSIONS);
        assertThat(operations.keySet()).filteredOn(route -> !served(route, routes)).isEmpty();
    }

    /** A HEAD is served where a GET is. */
    private static boolean served(HttpRoute route, Set<HttpRoute> routes) {
        return routes.contains(route)
                || route.method().equals("HEAD") && routes.contains(route.get());
    }

    @Test
    void everyReferenceLeadsSomewhereAndNoComponentIsLeftOver() {
        Set<String> components = new TreeSet<>();
        document.root()
                .path("components")
                .properties()
                .forEach(kind ->
                        kind.getValue()
                                .fieldNames()
                                .forEachRemaining(name ->
                                        components.add(
                                                "#/components/" + kind.getKey() + "/" + name)));
        components.removeIf(name -> name.startsWith("#/components/securitySchemes/"));
        assertThat(document.references()).isEqualTo(components);
    }

    @Test
    void everyOperationHasANameOfItsOwnAndSaysWhatItIsFor() {
        assertThat(operations.values())
                .allMatch(operation -> operation.path("summary").asText().endsWith("."))
                .extracting(operation -> operation.path("operationId").asText())
                .doesNotContain("")
                .doesNotHaveDuplicates();
    }

    @Test
    void everyParameterOfAPathIsDescribed() {
        operations.forEach((route, operation) -> {
            List<String> inPath =
                    PARAMETER.matcher(route.path()).results().map(MatchResult::group).toList();
            assertThat(parameters(route, operation)).as(route.toString()).isEqualTo(inPath);
        });
    }

    private List<String> parameters(HttpRoute route, JsonNode operation) {
        List<JsonNode> all = new ArrayList<>();
        document.root().path("paths").path(route.path()).path("parameters").forEach(all::add);
        operation.path("parameters").forEach(all::add);
        return all.stream()
                .map(document::resolved)
                .filter(parameter -> parameter.path("in").asText().equals("path"))
                .map(parameter -> "{" + parameter.path("name").asText() + "}")
                .toList();
    }

    @Test
    void aKeyIsAskedForWhereTheDocumentSaysSo() {
        operations.forEach((route, operation) -> {
            boolean open = KeyGuard.open(HttpMethod.valueOf(route.method()), route.path());
            assertThat(operation.path("responses").has("401"))
                    .as(route.toString())
                    .isNotEqualTo(open);
            assertThat(operation.has("security")).as(route.toString()).isEqualTo(open);
        });
    }

    @Test
    void everyTagIsExplained() {
        Set<String> explained = new HashSet<>();
        document.root().path("tags").forEach(tag -> explained.add(tag.path("name").asText()));
        Set<String> used = new HashSet<>();
        operations.values().forEach(o -> o.path("tags").forEach(tag -> used.add(tag.asText())));
        assertThat(used).isEqualTo(explained);
    }

    @Test
    void everyErrorHasTheShapeOfItsDialect() {
        operations.forEach((route, operation) ->
                operation.path("responses").properties().stream()
                        .filter(answer -> answer.getKey().matches("[45].*"))
                        .map(answer -> document.resolved(answer.getValue()))
                        .flatMap(answer -> answer.path("content").findValuesAsText("$ref").stream())
                        .forEach(schema ->
                                assertThat(schema).as(route.toString()).matches(shape(route))));
    }

    private static String shape(HttpRoute route) {
        if (route.path().startsWith("/q/")) {
            return "#/components/schemas/Probe";
        }
        return Stream.of(false, true)
                .map(anthropicVersion -> Dialect.of(route.path(), anthropicVersion))
                .map(OpenApiTest::schema)
                .collect(Collectors.joining("|", "#/components/schemas/(", ")"));
    }

    private static String schema(Dialect dialect) {
        return switch (dialect) {
            case OPENAI -> "OpenAiError";
            case OLLAMA -> "OllamaError";
            case ANTHROPIC -> "AnthropicError";
        };
    }
}
