package dev.aicortex.manage;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.aicortex.model.ContextTag;
import dev.aicortex.model.ValidationException;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

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
    private static final List<String> NAMES =
            List.of("model", "name", "source", "destination", "from");

    /**
     * Reads it.
     *
     * @throws ValidationException naming what is wrong with the body
     */
    static ManageRequest of(HttpServerRequest request, Buffer body) {
        Map<String, JsonNode> fields = new TreeMap<>();
        object(body).properties().forEach(field -> put(fields, field.getKey(), field.getValue()));
        NAMES.forEach(name -> refuseTag(name, fields.getOrDefault(name, NullNode.instance)));
        return new ManageRequest(body, fields, servers(request));
    }

    /** Those are the gateway's own, made and deleted with their model. */
    private static void refuseTag(String field, JsonNode value) {
        String name = value.asText("");
        if (ContextTag.is(name)) {
            throw ValidationException.of(
                    field,
                    name,
                    "is a context tag, which only the gateway itself makes and deletes",
                    "name its model, '%s'".formatted(ContextTag.modelOf(name)));
        }
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

    /** Names fold as an Ollama server folds them: by simple Unicode folding. */
    private static void put(Map<String, JsonNode> fields, String name, JsonNode value) {
        String folded = name.toUpperCase(Locale.ROOT).toLowerCase(Locale.ROOT);
        if (fields.putIfAbsent(folded, value) != null) {
            throw new ValidationException(
                    "'%s' stands twice in the request body (letter case does not count); send one"
                            .formatted(name));
        }
    }

    /** The servers that a request names in its query, else in its head. */
    static List<String> servers(HttpServerRequest request) {
        List<String> asked;
        try {
            asked = request.params().getAll("server");
        } catch (IllegalArgumentException e) {
            throw new ValidationException(
                    "the query of the request's URL cannot be decoded; write server=host:port", e);
        }
        return (asked.isEmpty() ? request.headers().getAll("X-Cortex-Server") : asked)
                .stream().filter(name -> !name.isBlank()).toList();
    }

    /** Null as JSON has it when it is absent. */
    JsonNode field(String name) {
        return fields.getOrDefault(name, NullNode.instance);
    }

    /** A text; empty when the field is absent, null or blank. */
    Optional<String> text(String field) {
        JsonNode value = field(field);
        if (!value.isTextual() && !value.isNull()) {
            throw ValidationException.of(field, value, "is no text", "write a model's name");
        }
        return Optional.of(value.asText("")).filter(text -> !text.isBlank());
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

    /** Every model that it names. */
    List<String> models() {
        return NAMES.stream().flatMap(name -> text(name).stream()).toList();
    }

    /** Whether the client wants progress. */
    boolean stream() {
        return field("stream").asBoolean(true);
    }

    /** The digests of all files and adapters that it is made of, sorted. */
    SortedSet<String> digests() {
        SortedSet<String> digests = new TreeSet<>();
        Stream.of("files", "adapters")
                .flatMap(names -> field(names).valueStream())
                .forEach(digest -> digests.add(Blobs.digest(digest.asText())));
        return digests;
    }

    /** The body with progress wanted, whatever the client wants. */
    Buffer streaming() {
        ObjectNode body = JSON.createObjectNode();
        fields.forEach(body::set);
        return Buffer.buffer(body.put("stream", true).toString());
    }
}
