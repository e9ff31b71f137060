package dev.aicortex.http;

import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The OpenAPI document as it is written. */
record OpenApiDocument(JsonNode root) {
    private static final Set<String> VERBS =
            Set.of("get", "head", "post", "put", "patch", "delete", "options", "trace");

    /** A name that stands twice is a mistake, not the last one's victory. */
    private static final ObjectMapper YAML =
            new ObjectMapper(
                    YAMLFactory.builder()
                            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                            .build());

    static OpenApiDocument read() {
        try {
            String text = Files.readString(Path.of("src/main/resources/openapi/openapi.yaml"));
            return new OpenApiDocument(YAML.readTree(text));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Its operations by route. */
    Map<HttpRoute, JsonNode> operations() {
        return root.path("paths").properties().stream()
                .flatMap(path ->
                        path.getValue().properties().stream()
                                .filter(item -> VERBS.contains(item.getKey()))
                                .map(item ->
                                        Map.entry(
                                                route(item.getKey(), path.getKey()),
                                                item.getValue())))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    private static HttpRoute route(String verb, String path) {
        return new HttpRoute(verb.toUpperCase(Locale.ROOT), path);
    }

    /** Every target of a {@code $ref}, each once. */
    Set<String> references() {
        return new TreeSet<>(root.findValuesAsText("$ref"));
    }

    /** What a {@code $ref} points at, or the node itself where it is none. */
    JsonNode resolved(JsonNode node) {
        return node.has("$ref") ? root.at(node.get("$ref").asText().substring(1)) : node;
    }

    /** What an answer with this status looks like; a missing node when it is not described. */
    JsonNode answer(JsonNode operation, int status) {
        return resolved(operation.path("responses").path(Integer.toString(status)));
    }

    /** What is wrong with a JSON text; empty when it follows the schema. */
    List<String> mistakes(JsonNode schema, String json) {
        ObjectNode whole = schema.deepCopy();
        whole.set("components", root.path("components"));
        return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(whole.toString(), InputFormat.JSON)
                .validate(json, InputFormat.JSON)
                .stream()
                .map(Object::toString)
                .toList();
    }
}
