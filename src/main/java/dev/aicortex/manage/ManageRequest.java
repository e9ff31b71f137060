package dev.aicortex.manage;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.aicortex.model.ContextTag;
import dev.aicortex.model.ValidationException;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A request that changes models, as it was read.
 *
 * @param body as the client sent it
 * @param fields of its JSON object, by name in lower case: an Ollama server matches them so
 * @param servers as the client names them; empty when the choice is ours
 */
record ManageRequest(Buffer body, Map<String, JsonNode> fields, List<String> servers) {
    private static final ObjectMapper JSON =
            new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    private static final String HEADER = "X-Cortex-Server";
    private static final List<String> NAMES =
            List.of("model", "name", "source", "destination", "from");

    /**
     * Reads it.
     *
     * @throws ValidationException naming what is wrong with the body
     */
    static ManageRequest of(HttpServerRequest request, Buffer body) {
        Map<String, JsonNode> fields = fields(object(body));
        NAMES.forEach(name -> notATag(name, fields.get(name)));
        return new ManageRequest(body, fields, servers(request));
    }

    /** Those are the gateway's own, made and deleted with their model. */
    private static void notATag(String field, @Nullable JsonNode value) {
        if (value != null && ContextTag.is(value.asText(""))) {
            throw ValidationException.of(
                    field,
                    value.asText(""),
                    "is a context tag, which only the gateway itself makes and deletes",
                    "name its model, '%s'".formatted(ContextTag.modelOf(value.asText(""))));
        }
    }

    /** A request whose body is no JSON. */
    static ManageRequest withoutBody(HttpServerRequest request) {
        return new ManageRequest(Buffer.buffer(0), Map.of(), servers(request));
    }

    private static ObjectNode object(Buffer body) {
        if (body.length() == 0) {
            throw new ValidationException("missing request body: send a JSON object with a model");
        }
        try {
            if (JSON.readTree(body.getBytes()) instanceof ObjectNode object) {
                return object;
            }
        } catch (JsonProcessingException e) {
            throw new ValidationException("the request body is not valid JSON", e);
        } catch (IOException e) {
            throw new ValidationException("the request body cannot be read", e);
        }
        throw new ValidationException("the request body must be a JSON object");
    }

    private static Map<String, JsonNode> fields(ObjectNode object) {
        Map<String, JsonNode> fields = new TreeMap<>();
        object.properties().forEach(field -> put(fields, field.getKey(), field.getValue()));
        return fields;
    }

    private static void put(Map<String, JsonNode> fields, String name, JsonNode value) {
        if (fields.putIfAbsent(folded(name), value) != null) {
            throw new ValidationException(
                    "'%s' stands twice in the request body (letter case does not count); send one"
                            .formatted(name));
        }
    }

    /** By simple Unicode folding, as an Ollama server does it. */
    private static String folded(String name) {
        return name.toUpperCase(Locale.ROOT).toLowerCase(Locale.ROOT);
    }

    private static List<String> servers(HttpServerRequest request) {
        List<String> asked = new ArrayList<>(parameters(request));
        if (asked.isEmpty()) {
            asked.addAll(request.headers().getAll(HEADER));
        }
        asked.removeIf(String::isBlank);
        return List.copyOf(asked);
    }

    private static List<String> parameters(HttpServerRequest request) {
        try {
            return request.params().getAll("server");
        } catch (IllegalArgumentException e) {
            throw new ValidationException(
                    "the query of the request's URL cannot be decoded; write server=host:port", e);
        }
    }

    /** A text; empty when the field is absent, null or blank. */
    Optional<String> text(String field) {
        JsonNode value = fields.get(field);
        if (value == null || value.isNull()) {
            return Optional.empty();
        }
        if (!value.isTextual()) {
            throw ValidationException.of(field, value, "is no text", "write a model's name");
        }
        return Optional.of(value.asText()).filter(text -> !text.isBlank());
    }

    String required(String field) {
        return text(field)
                .orElseThrow(() ->
                        new ValidationException(
                                "%s is required: name a model that GET /api/tags lists"
                                        .formatted(field)));
    }

    /** The model's name; older clients call it by the second of the two. */
    String model() {
        return text("model").or(() -> text("name")).orElseGet(() -> required("model"));
    }

    /** Whether the client wants progress. */
    boolean stream() {
        JsonNode value = fields.get("stream");
        return value == null || value.isNull() || value.asBoolean(true);
    }

    /** The digests in a map from file names to digests, sorted; empty when the field is absent. */
    TreeSet<String> digests(String field) {
        TreeSet<String> digests = new TreeSet<>();
        JsonNode files = fields.get(field);
        if (files != null) {
            files.forEach(digest -> digests.add(Digests.checked(digest.asText())));
        }
        return digests;
    }

    /** The body with progress wanted, whatever the client wants. */
    Buffer streaming() {
        ObjectNode body = JSON.createObjectNode();
        fields.forEach(body::set);
        return Buffer.buffer(body.put("stream", true).toString());
    }
}
