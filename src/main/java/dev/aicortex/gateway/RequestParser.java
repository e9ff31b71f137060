package dev.aicortex.gateway;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import dev.aicortex.model.ModelName;
import dev.aicortex.model.ValidationException;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds what the gateway needs in a body by one streaming pass; values that it does not need are
 * skipped unread, so a long image costs no memory.
 */
final class RequestParser {
    /** Of a string that is looked at; the others are skipped whatever their length. */
    private static final int MAX_READ = 64 * 1024;

    private static final int MAX_FIELDS = 1_000;
    private static final int MAX_MODEL_NAME = 512;

    private static final JsonFactory JSON =
            JsonFactory.builder()
                    .streamReadConstraints(
                            StreamReadConstraints.builder()
                                    .maxStringLength(MAX_READ)
                                    .maxNestingDepth(1_000)
                                    .build())
                    .build();

    private @Nullable String model;
    private @Nullable Boolean stream;
    private final Set<String> names = new HashSet<>();

    private RequestParser() {}

    /**
     * Parses the body.
     *
     * @param streamsByDefault what an absent {@code stream} means
     * @throws ValidationException naming what is wrong with it
     */
    static InferenceRequest parse(RequestBody body, boolean streamsByDefault) throws IOException {
        if (body.length() == 0) {
            throw new ValidationException("missing request body: send a JSON object with a model");
        }
        RequestParser found = new RequestParser();
        try (InputStream in = body.open();
                JsonParser json = JSON.createParser(in)) {
            found.readObject(json);
        } catch (JsonProcessingException e) {
            throw invalidJson(e);
        }
        String spelling = found.requiredModel();
        return new InferenceRequest(
                spelling,
                ModelName.of(spelling),
                found.stream != null ? found.stream : streamsByDefault,
                body);
    }

    private void readObject(JsonParser json) throws IOException {
        if (json.nextToken() != JsonToken.START_OBJECT) {
            throw new ValidationException("the request body must be a JSON object");
        }
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            readField(json);
        }
        if (json.nextToken() != null) {
            throw new ValidationException(
                    "the request body has something after its JSON object; send the object alone");
        }
    }

    private void readField(JsonParser json) throws IOException {
        String name = folded(json.currentName());
        if (!names.add(name)) {
            throw new ValidationException(
                    "'%s' stands twice in the request body (letter case does not count); servers disagree on which one holds, so send one"
                            .formatted(json.currentName()));
        }
        if (names.size() > MAX_FIELDS) {
            throw new ValidationException(
                    "the request body has more than %d fields".formatted(MAX_FIELDS));
        }
        JsonToken value = json.nextToken();
        switch (name) {
            case "model" -> model = text(json, value);
            case "stream" -> stream = flag(value);
            default -> json.skipChildren();
        }
    }

    private static @Nullable String text(JsonParser json, JsonToken value) throws IOException {
        if (value == JsonToken.VALUE_NULL) {
            return null;
        }
        if (value != JsonToken.VALUE_STRING) {
            throw new ValidationException("'model' must be a string");
        }
        return json.getText();
    }

    private static @Nullable Boolean flag(JsonToken value) {
        return switch (value) {
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_NULL -> null;
            default -> throw new ValidationException("'stream' must be true or false");
        };
    }

    private String requiredModel() {
        if (model == null || model.isBlank()) {
            throw new ValidationException(
                    "model is required: name one that GET /v1/models or /api/tags lists");
        }
        if (model.length() > MAX_MODEL_NAME) {
            throw new ValidationException(
                    "'model' is longer than %d characters".formatted(MAX_MODEL_NAME));
        }
        return model;
    }

    /**
     * Letter case as an Ollama server folds it when it matches field names: by simple Unicode
     * folding, so that {@code ſtream} is {@code stream} too.
     */
    private static String folded(String name) {
        if (isLowerAscii(name)) {
            return name;
        }
        StringBuilder folded = new StringBuilder(name.length());
        name.codePoints()
                .map(c -> Character.toLowerCase(Character.toUpperCase(c)))
                .forEach(folded::appendCodePoint);
        return folded.toString();
    }

    private static boolean isLowerAscii(String name) {
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c >= 0x7f || (c >= 'A' && c <= 'Z')) {
                return false;
            }
        }
        return true;
    }

    /** Without the source excerpt that the library adds: it may hold a prompt. */
    private static ValidationException invalidJson(JsonProcessingException e) {
        String where =
                e.getLocation() == null
                        ? ""
                        : " (line %d, column %d)"
                                .formatted(
                                        e.getLocation().getLineNr(), e.getLocation().getColumnNr());
        return new ValidationException("the request body is not valid JSON" + where, e);
    }
}
