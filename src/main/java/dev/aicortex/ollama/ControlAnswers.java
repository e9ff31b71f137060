package dev.aicortex.ollama;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.aicortex.config.CortexConfig;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpHeaders;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.ext.MessageBodyReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.annotation.Annotation;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * Reads the answers to control calls, also for the declarative client, and bounds them. Anything
 * may answer on an address, so no tree is built of what comes: four million bytes of empty objects
 * would be a hundred million of memory.
 */
@Consumes(MediaType.APPLICATION_JSON)
public final class ControlAnswers implements MessageBodyReader<Object> {
    /** What it reads. */
    private static final Set<Class<?>> TYPES =
            Set.of(TagList.class, RunningList.class, ModelDetails.class, OllamaApi.Version.class);

    /** Without its table of names, which keeps every name that ever came. */
    private static final JsonFactory FACTORY =
            JsonFactory.builder()
                    .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
                    .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                    .build();

    private static final ObjectMapper JSON = new ObjectMapper(FACTORY);

    /** More models than anybody keeps on a disk. */
    private static final int MOST_ENTRIES = 10_000;

    /** What such an answer holds beside an error, if it is one. */
    private static final Set<String> CONTENT =
            Set.of("models", "model_info", "details", "template", "version");

    /** Ends the answer to a request that is yet to be sent when it is longer than any can be. */
    static void bound(HttpClientRequest request, CortexConfig config) {
        long max = config.control().maxAnswer().asLongValue();
        // What a handshake fails of after it has seemed to succeed is told to the connection alone.
        request.connection().exceptionHandler(failure -> request.reset(0, failure));
        request.response()
                .onSuccess(response -> {
                    // Of another kind it would be read in another way, past this one's handler.
                    response.headers().set(HttpHeaders.CONTENT_TYPE, MediaType.APPLICATION_JSON);
                    AtomicLong left = new AtomicLong(max);
                    response.handler(chunk -> {
                        if (left.addAndGet(-chunk.length()) < 0) {
                            request.reset(0, new TooLongException(max));
                        }
                    });
                });
    }

    /** An answer was longer. */
    static final class TooLongException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private TooLongException(long max) {
            super("its answer is longer than %d bytes (cortex.control.max-answer)".formatted(max));
        }
    }

    @Override
    public boolean isReadable(
            Class<?> type, Type generic, Annotation[] annotations, MediaType mediaType) {
        return TYPES.contains(type);
    }

    @Override
    public Object readFrom(
            Class<Object> type,
            Type generic,
            Annotation[] annotations,
            MediaType mediaType,
            MultivaluedMap<String, String> headers,
            InputStream body)
            throws IOException {
        return read(body.readAllBytes(), type);
    }

    /**
     * The answer.
     *
     * @throws UnreachableException when it is none
     */
    static <T> T read(byte[] bytes, Class<T> type) {
        String text = new String(bytes, StandardCharsets.UTF_8).replaceFirst("^\uFEFF", "").strip();
        if (text.isEmpty() || text.equals("null")) {
            throw new UnreachableException("its answer is empty");
        }
        if (text.startsWith("<")) {
            throw new UnreachableException(
                    "it answered a web page: is that an Ollama server's address?");
        }
        if (!text.startsWith("{")) {
            throw new UnreachableException("its answer is not the JSON object expected");
        }
        try {
            refuseError(text);
            return type.cast(parsed(text, type));
        } catch (IOException e) {
            throw UnreachableException.of(e);
        }
    }

    private static Object parsed(String text, Class<?> type) throws IOException {
        if (type == TagList.class) {
            return new TagList(entries(text, TagList.Tag.class, TagList.Tag::asWritten));
        }
        return type == RunningList.class
                ? new RunningList(entries(text, RunningModel.class, RunningModel::asWritten))
                : JSON.readValue(text, type);
    }

    /** A proxy may send an error with the status 200. */
    private static void refuseError(String text) throws IOException {
        String error = null;
        boolean content = false;
        try (JsonParser json = opened(text)) {
            for (String field = json.nextFieldName(); field != null; field = json.nextFieldName()) {
                JsonToken value = json.nextToken();
                if (field.equals("error")) {
                    error = words(json);
                } else {
                    content |= CONTENT.contains(field) && value != JsonToken.VALUE_NULL;
                    json.skipChildren();
                }
            }
        }
        if (error != null && !content) {
            throw new UnreachableException(
                    "it answered 200 with an error: " + FailureText.shortened(error));
        }
    }

    /** Of an error that is a text, or an object with a message; null of any other. */
    private static @Nullable String words(JsonParser json) throws IOException {
        if (json.currentToken() != JsonToken.START_OBJECT) {
            String text = json.getValueAsString();
            json.skipChildren();
            return text;
        }
        String message = "";
        for (String field = json.nextFieldName(); field != null; field = json.nextFieldName()) {
            json.nextToken();
            if (field.equals("message")) {
                message = json.getValueAsString("");
            }
            json.skipChildren();
        }
        return message;
    }

    private static JsonParser opened(String text) throws IOException {
        JsonParser json = FACTORY.createParser(text);
        json.nextToken();
        return json;
    }

    /** The models of a list, each with what the server wrote; none where it sends null. */
    private static <T> List<T> entries(String text, Class<T> type, BiFunction<T, String, T> as)
            throws IOException {
        List<T> found = new ArrayList<>();
        try (JsonParser json = opened(text)) {
            for (String field = json.nextFieldName(); field != null; field = json.nextFieldName()) {
                JsonToken value = json.nextToken();
                if (!field.equals("models")) {
                    json.skipChildren();
                } else if (value == JsonToken.START_ARRAY) {
                    while (json.nextToken() != JsonToken.END_ARRAY) {
                        add(json, text, type, as, found);
                    }
                } else if (value != JsonToken.VALUE_NULL) {
                    throw new JsonParseException(json, "no list");
                }
            }
        }
        return List.copyOf(found);
    }

    private static <T> void add(
            JsonParser json, String text, Class<T> type, BiFunction<T, String, T> as, List<T> found)
            throws IOException {
        if (json.currentToken() == JsonToken.VALUE_NULL) {
            return;
        }
        if (found.size() == MOST_ENTRIES) {
            throw new UnreachableException("it lists more than %d models".formatted(MOST_ENTRIES));
        }
        int start = (int) json.currentTokenLocation().getCharOffset();
        T entry = JSON.readValue(json, type);
        int end = (int) json.currentLocation().getCharOffset();
        found.add(as.apply(entry, text.substring(start, end)));
    }

    /** An entry of a list with one of its two names as the other, when it has one only. */
    static String withBothNames(String entry, @Nullable String name, @Nullable String model) {
        if (name == null && model != null) {
            return with(entry, Map.of("name", model));
        }
        return name != null && model == null ? with(entry, Map.of("model", name)) : entry;
    }

    /**
     * An entry of a list with these texts as fields: in the place of those that it has, else behind
     * them.
     */
    static String with(String entry, Map<String, String> texts) {
        Map<String, String> missing = new LinkedHashMap<>(texts);
        StringBuilder changed = new StringBuilder(entry.length() + 64);
        int copied = 0;
        boolean empty = true;
        try (JsonParser json = opened(entry)) {
            for (String field = json.nextFieldName(); field != null; field = json.nextFieldName()) {
                json.nextToken();
                empty = false;
                int start = (int) json.currentTokenLocation().getCharOffset();
                json.skipChildren();
                String text = texts.get(field);
                if (text != null) {
                    json.finishToken();
                    changed.append(entry, copied, start).append(TextNode.valueOf(text));
                    copied = (int) json.currentLocation().getCharOffset();
                    missing.remove(field);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e); // it was read before
        }
        int end = entry.lastIndexOf('}');
        changed.append(entry, copied, end);
        for (Map.Entry<String, String> text : missing.entrySet()) {
            changed.append(empty ? "" : ",")
                    .append(TextNode.valueOf(text.getKey()))
                    .append(':')
                    .append(TextNode.valueOf(text.getValue()));
            empty = false;
        }
        return changed.append(entry, end, entry.length()).toString();
    }
}
