package dev.aicortex.gateway.request;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import dev.aicortex.dialect.Endpoint;
import dev.aicortex.model.ModelName;
import dev.aicortex.model.Segment;
import dev.aicortex.model.ValidationException;
import io.netty.buffer.ByteBuf;
import java.io.CharConversionException;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds what the gateway needs in a JSON body by one streaming pass; values that it does not need
 * are skipped unread, so a long image costs no memory.
 */
public final class RequestParser {
    /** Of a string that is looked at; the others are skipped whatever their length. */
    private static final int MAX_READ = 64 * 1024;

    private static final int MAX_FIELDS = 1_000;
    private static final int MAX_MODEL_NAME = 512;
    private static final int MAX_DIGITS = 9;
    private static final int NONE = -1;

    public static final JsonFactory JSON =
            JsonFactory.builder()
                    .streamReadConstraints(
                            StreamReadConstraints.builder()
                                    .maxStringLength(MAX_READ)
                                    .maxNestingDepth(1_000)
                                    .build())
                    .build();

    private final Endpoint endpoint;
    private final Set<String> names = new HashSet<>();
    private final BodyHints hints = new BodyHints();
    private final PromptPlaces places;
    private final WebOffers web = new WebOffers();
    private final StrippedLines lines;
    private long open;
    private @Nullable Named model;
    private @Nullable Named name; // as older clients call the model whose card they ask for
    private @Nullable Boolean stream;
    private @Nullable String maxCompletionTokens;
    private Segment.@Nullable Range maxTokens;
    private RequestMarks.@Nullable Member streamOptions;
    private RequestMarks.@Nullable Member options;
    private boolean keepAliveIsZero;
    private boolean hasMessages;
    private int prompt = NONE; // its start, when it is a string

    /** A name and the place of its string. */
    private record Named(String text, Segment.Range place) {}

    private RequestParser(Endpoint endpoint, List<String> strip) {
        this.endpoint = endpoint;
        this.lines = new StrippedLines(endpoint.generates() ? strip : List.of());
        this.places = new PromptPlaces(hints, lines);
    }

    /**
     * Parses the body, from which nothing is stripped.
     *
     * @throws ValidationException naming what is wrong with it
     */
    public static ParsedBody parse(RequestBody body, Endpoint endpoint) throws IOException {
        return parse(body, endpoint, List.of());
    }

    /**
     * Parses the body.
     *
     * @param strip how lines begin that are stripped from the start of a system prompt, in
     *     printable ASCII
     * @throws ValidationException naming what is wrong with it
     */
    public static ParsedBody parse(RequestBody body, Endpoint endpoint, List<String> strip)
            throws IOException {
        if (body.length() == 0) {
            throw new ValidationException("missing request body: send a JSON object with a model");
        }
        try {
            return parse(body, body.open(), new RequestParser(endpoint, strip));
        } catch (JsonProcessingException e) {
            return parseAnyBytes(body, new RequestParser(endpoint, strip));
        }
    }

    /** Ollama takes strings that are not UTF-8, and reads U+FFFD where no character is. */
    private static ParsedBody parseAnyBytes(RequestBody body, RequestParser found)
            throws IOException {
        try {
            return parse(body, new Utf8View(body.open()), found);
        } catch (JsonProcessingException e) {
            throw invalidJson(e);
        }
    }

    private static ParsedBody parse(RequestBody body, InputStream bytes, RequestParser found)
            throws IOException {
        try (bytes;
                JsonParser json = JSON.createParser(bytes)) {
            if (json.currentLocation().getByteOffset() < 0) {
                throw notUtf8(null); // the parser reads UTF-32, but tells no places in its bytes
            }
            found.readObject(json);
        } catch (CharConversionException e) {
            throw notUtf8(e);
        }
        return found.request(body);
    }

    private static ValidationException notUtf8(@Nullable Throwable cause) {
        return new ValidationException("the request body must be JSON in UTF-8", cause);
    }

    private ParsedBody request(RequestBody body) throws IOException {
        Named named = requiredModel();
        boolean asks = asks(body);
        return new ParsedBody(
                named.text,
                ModelName.of(named.text),
                named.place,
                stream != null ? stream : endpoint.streamsByDefault(),
                new RequestMarks(
                        open,
                        names,
                        maxCompletionTokens,
                        maxTokens,
                        streamOptions,
                        options,
                        asks,
                        !asks && keepAliveIsZero,
                        places,
                        OwnNotes.cuts(body, places.thoughts())),
                web.found(body),
                lines.found(body),
                hints.found(body, endpoint.generates() && !web.toolsOffered()),
                body);
    }

    /**
     * Whether there is something to answer: {@code ollama run} and {@code ollama stop} send nothing
     * that is; a body in a file has something.
     */
    private boolean asks(RequestBody body) {
        if (!(body instanceof RequestBody.InMemory bytes)) {
            return true;
        }
        return switch (endpoint) {
            case CHAT -> hasMessages;
            case GENERATE -> prompt != NONE && !bytes.read(this::promptIsEmpty);
            default -> true;
        };
    }

    /** It may be long, so it was skipped unread. */
    private boolean promptIsEmpty(ByteBuf body) {
        return body.getByte(prompt + 1) == '"';
    }

    private void readObject(JsonParser json) throws IOException {
        if (json.nextToken() != JsonToken.START_OBJECT) {
            throw new ValidationException("the request body must be a JSON object");
        }
        open = start(json) + 1;
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            readField(json);
        }
        if (json.nextToken() != null) {
            throw new ValidationException(
                    "the request body has something after its JSON object; send the object alone");
        }
    }

    private void readField(JsonParser json) throws IOException {
        int before = names.size();
        long from = start(json);
        String field = folded(json.currentName());
        if (!names.add(field)) {
            throw new ValidationException(
                    "'%s' stands twice in the request body (letter case does not count); servers disagree on which one holds, so send one"
                            .formatted(json.currentName()));
        }
        if (names.size() > MAX_FIELDS) {
            throw new ValidationException(
                    "the request body has more than %d fields".formatted(MAX_FIELDS));
        }
        JsonToken value = json.nextToken();
        switch (field) {
            case "model" -> model = named("model", json, value);
            case "name" -> name = endpoint == Endpoint.SHOW ? named("name", json, value) : null;
            case "stream" -> stream = flag(value);
            case "max_completion_tokens" -> maxCompletionTokens = number(json, value);
            case "max_tokens" -> maxTokens = ifNull(json, value);
            case "stream_options" -> streamOptions = member(json);
            case "options" -> options = member(json);
            case "tools" -> {
                int start = (int) start(json);
                web.read(field, json, from, before);
                places.once(start, json);
            }
            case "tool_choice", "web_search_options" -> web.read(field, json, from, before);
            case "keep_alive" -> keepAliveIsZero = KeepAlive.isZero(json, value);
            case "prompt" -> {
                prompt = value == JsonToken.VALUE_STRING ? (int) start(json) : NONE;
                places.turns(json, value);
            }
            case "messages" -> hasMessages = places.turns(json, value);
            case "input" -> places.turns(json, value);
            case "system", "instructions" -> places.system(json, value);
            case "user" -> hints.id(BodyHints.Id.USER, json, value);
            case "safety_identifier" -> hints.id(BodyHints.Id.SAFETY_IDENTIFIER, json, value);
            case "prompt_cache_key" -> hints.id(BodyHints.Id.PROMPT_CACHE_KEY, json, value);
            case "metadata" -> hints.metadata(json, value);
            default -> {}
        }
        json.skipChildren(); // does nothing when the value has been read
    }

    private static Segment.@Nullable Range ifNull(JsonParser json, JsonToken value) {
        return value == JsonToken.VALUE_NULL ? place(json, start(json)) : null;
    }

    private static long start(JsonParser json) {
        return json.currentTokenLocation().getByteOffset();
    }

    private static Segment.Range place(JsonParser json, long start) {
        return new Segment.Range(start, json.currentLocation().getByteOffset());
    }

    private static @Nullable Named named(String field, JsonParser json, JsonToken value)
            throws IOException {
        if (value == JsonToken.VALUE_NULL) {
            return null;
        }
        if (value != JsonToken.VALUE_STRING) {
            throw new ValidationException("'%s' must be a string".formatted(field));
        }
        long start = start(json);
        String text = json.getText();
        return new Named(text, place(json, start));
    }

    private static @Nullable Boolean flag(JsonToken value) {
        return switch (value) {
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_NULL -> null;
            default -> throw new ValidationException("'stream' must be true or false");
        };
    }

    /** Its digits; of anything else the server says what is wrong. */
    private static @Nullable String number(JsonParser json, JsonToken value) throws IOException {
        return value == JsonToken.VALUE_NUMBER_INT ? json.getText() : null;
    }

    private static RequestMarks.Member member(JsonParser json) throws IOException {
        long start = start(json);
        boolean object = json.currentToken() == JsonToken.START_OBJECT;
        boolean none = json.currentToken() == JsonToken.VALUE_NULL;
        Set<String> fields = new HashSet<>();
        Map<String, Segment.Range> off = new HashMap<>();
        RequestMarks.Length numCtx = null;
        while (object && json.nextToken() == JsonToken.FIELD_NAME) {
            String field = json.currentName();
            JsonToken value = json.nextToken();
            fields.add(field);
            if (value == JsonToken.VALUE_NULL || value == JsonToken.VALUE_FALSE) {
                off.put(field, place(json, start(json)));
            }
            numCtx = field.equals("num_ctx") ? length(json, value) : numCtx;
            json.skipChildren();
        }
        json.skipChildren();
        json.finishToken();
        return new RequestMarks.Member(place(json, start), object || none, fields, off, numCtx);
    }

    /** Of anything else than a number of tokens the server says what is wrong. */
    private static RequestMarks.@Nullable Length length(JsonParser json, JsonToken value)
            throws IOException {
        if (value != JsonToken.VALUE_NUMBER_INT || json.getTextLength() > MAX_DIGITS) {
            return null;
        }
        int tokens = json.getIntValue();
        return tokens > 0 ? new RequestMarks.Length(place(json, start(json)), tokens) : null;
    }

    private Named requiredModel() {
        Named named = model == null || model.text.isBlank() ? name : model;
        if (named == null || named.text.isBlank()) {
            throw new ValidationException(
                    "model is required: name one that GET /v1/models or /api/tags lists");
        }
        if (named.text.length() > MAX_MODEL_NAME) {
            throw new ValidationException(
                    "'model' is longer than %d characters".formatted(MAX_MODEL_NAME));
        }
        return named;
    }

    /** Without the source excerpt that the library adds: it may hold a prompt. */
    private static ValidationException invalidJson(JsonProcessingException e) {
        JsonLocation at = e.getLocation();
        String where =
                at == null
                        ? ""
                        : " (line %d, column %d)".formatted(at.getLineNr(), at.getColumnNr());
        return new ValidationException("the request body is not valid JSON" + where, e);
    }

    /**
     * Letter case as an Ollama server folds it when it matches field names: by simple Unicode
     * folding, so that {@code ſtream} is {@code stream} too.
     */
    public static String folded(String name) {
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
}
