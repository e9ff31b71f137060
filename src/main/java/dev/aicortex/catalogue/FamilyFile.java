package dev.aicortex.catalogue;

import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.PrettyPrinter;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.aicortex.catalogue.ModelServer.Status;
import dev.aicortex.model.ServerUrl;
import dev.aicortex.model.ValidationException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * One family as JSON. The same family always gives the same bytes. It is read in one streaming
 * pass, and texts that are alike are one object: a fleet repeats the same few addresses for every
 * model, and a model's digest for every server.
 */
public final class FamilyFile {
    /** Numbers that are not ours are written as they were read. */
    static final ObjectMapper JSON =
            JsonMapper.builder()
                    .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                    .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
                    .build();

    private static final PrettyPrinter FOR_PEOPLE =
            new DefaultPrettyPrinter(
                            Separators.createDefaultInstance()
                                    .withObjectFieldValueSpacing(Separators.Spacing.AFTER))
                    .withObjectIndenter(new DefaultIndenter("  ", "\n"));

    private FamilyFile() {}

    /** A family's file that cannot be read; it is skipped and the others count. */
    public static final class MalformedFileException extends IOException {
        private static final long serialVersionUID = 1L;

        private final String what;

        MalformedFileException(String file, int line, String what) {
            super("%s, line %d: %s".formatted(file, line, what));
            this.what = what;
        }

        /** What is wrong, without the place. */
        public String what() {
            return what;
        }
    }

    /** A file for people to read and to edit. */
    public static byte[] write(Family family) {
        return (text(JSON.writer(FOR_PEOPLE), family) + "\n").getBytes(StandardCharsets.UTF_8);
    }

    /** The same on one line. */
    public static String line(Family family) {
        return text(JSON.writer(), family);
    }

    /** A model's entry in its family's file. */
    public static ObjectNode entry(Model model) {
        return JSON.valueToTree(fields(model));
    }

    private static String text(ObjectWriter writer, Family family) {
        try {
            return writer.writeValueAsString(fields(family));
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e); // a string does not fail
        }
    }

    private static Map<String, Object> fields(Family family) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("family", family.name());
        fields.put("models", family.models().stream().map(FamilyFile::fields).toList());
        fields.putAll(family.extra());
        return fields;
    }

    /** The fields of the format first and always; ours when they say something. */
    private static Map<String, Object> fields(Model model) {
        Facts facts = model.facts();
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("name", model.name());
        fields.put("family", model.family());
        fields.put("size", facts.size());
        fields.put("parameters", facts.parameters());
        fields.put("quantization", facts.quantization());
        fields.put("context_length", facts.contextLength());
        fields.put("description", model.description());
        fields.put("tags", model.tags());
        fields.put("servers", model.servers().stream().map(FamilyFile::fields).toList());
        putText(fields, "digest", facts.digest());
        if (!facts.capabilities().isEmpty()) {
            fields.put("capabilities", facts.capabilities());
        }
        if (facts.sizeBytes() > 0) {
            fields.put("size_bytes", facts.sizeBytes());
        }
        putText(fields, "license", facts.license());
        putText(fields, "modified_at", facts.modifiedAt());
        fields.putAll(model.extra());
        return fields;
    }

    private static Map<String, Object> fields(ModelServer server) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("url", server.url());
        fields.put("status", server.status().word());
        putText(fields, "digest", server.digest());
        putText(fields, "last_seen", server.lastSeen());
        fields.putAll(server.extra());
        return fields;
    }

    private static void putText(Map<String, Object> fields, String name, String value) {
        if (!value.isEmpty()) {
            fields.put(name, value);
        }
    }

    /**
     * Reads a family from JSON text in UTF-8.
     *
     * @param file how errors name the text
     */
    public static Family read(String file, byte[] json) throws MalformedFileException {
        return read(file, new ByteArrayInputStream(json), new HashMap<>());
    }

    /** One of many files, which share the addresses that they have read. */
    static Family read(String file, InputStream json, Map<String, String> addresses)
            throws MalformedFileException {
        try (JsonParser in = JSON.createParser(json)) {
            return new Reader(file, in, addresses).whole();
        } catch (MalformedFileException e) {
            throw e;
        } catch (JsonParseException e) {
            // Without the parser's remarks on where its input comes from.
            String words =
                    e.getOriginalMessage().replaceFirst("(?s) \\(for .*| at \\[Source.*", "");
            throw new MalformedFileException(
                    file, e.getLocation().getLineNr(), "not JSON: " + words);
        } catch (IOException e) {
            throw new MalformedFileException(file, 1, "not readable: " + e.getMessage());
        }
    }

    /** One element of a list. */
    private interface Item<T> {
        T read() throws IOException;
    }

    private static final class Reader {
        private final String file;
        private final JsonParser in;
        private final Map<String, String> addresses;
        private final Map<String, String> words = new HashMap<>();
        private final Repeated digests = new Repeated();
        private final Repeated days = new Repeated();
        private final Repeated states = new Repeated();

        Reader(String file, JsonParser in, Map<String, String> addresses) {
            this.file = file;
            this.in = in;
            this.addresses = addresses;
        }

        Family whole() throws IOException {
            in.nextToken();
            Family family = family();
            if (in.nextToken() != null) {
                throw malformed("something follows the family's object; one file holds one family");
            }
            return family;
        }

        private Family family() throws IOException {
            begin("a family");
            String name = "";
            List<Model> models = new ArrayList<>(); // some joins of files leave the list twice
            Map<String, JsonNode> extra = new LinkedHashMap<>();
            while (in.nextToken() != JsonToken.END_OBJECT) {
                String field = in.currentName();
                in.nextToken();
                switch (field) {
                    case "family" -> name = text(field);
                    case "models" -> models.addAll(list(field, this::model));
                    default -> extra.put(field, JSON.readTree(in));
                }
            }
            if (!Family.validName(name)) {
                throw malformed(
                        "family: '%s' is not a family's name; write lower-case letters, digits, '.', '_' or '-'"
                                .formatted(name));
            }
            for (Model model : models) {
                if (!model.family().isEmpty() && !model.family().equals(name)) {
                    throw malformed(
                            "model %s: its family is '%s', but the file's is '%s'; make them the same"
                                    .formatted(model.name(), model.family(), name));
                }
            }
            String family = name;
            models.replaceAll(model -> model.withFamily(family));
            return new Family(name, models, kept(extra));
        }

        private Model model() throws IOException {
            begin("a model");
            String name = "";
            String family = "";
            String size = "";
            long bytes = 0;
            String parameters = "";
            String quantization = "";
            int context = 0;
            String description = "";
            List<String> tags = List.of();
            List<ModelServer> servers = List.of();
            String digest = "";
            List<String> capabilities = List.of();
            String license = "";
            String modified = "";
            Map<String, JsonNode> extra = new LinkedHashMap<>();
            while (in.nextToken() != JsonToken.END_OBJECT) {
                String field = in.currentName();
                in.nextToken();
                switch (field) {
                    case "name" -> name = text(field);
                    case "family" -> family = text(field);
                    case "size" -> size = word(field);
                    case "parameters" -> parameters = word(field);
                    case "quantization" -> quantization = word(field);
                    case "context_length" -> context = (int) number(field, Integer.MAX_VALUE);
                    case "description" -> description = text(field);
                    case "tags" -> tags = texts(field);
                    case "servers" -> servers = list(field, this::server);
                    case "digest" -> digest = text(field, digests);
                    case "capabilities" -> capabilities = texts(field);
                    case "size_bytes" -> bytes = number(field, Long.MAX_VALUE);
                    case "license" -> license = word(field);
                    case "modified_at" -> modified = text(field);
                    default -> extra.put(field, JSON.readTree(in));
                }
            }
            if (name.isBlank()) {
                throw malformed("a model has no name; write for example \"name\":\"llama3.2:3b\"");
            }
            Facts facts =
                    new Facts(
                            size,
                            bytes,
                            parameters,
                            quantization,
                            context,
                            digest,
                            capabilities,
                            license,
                            modified);
            return new Model(name, family, facts, description, tags, servers, kept(extra));
        }

        private ModelServer server() throws IOException {
            begin("a server");
            String url = "";
            Status status = Status.UNKNOWN;
            String digest = "";
            String lastSeen = "";
            Map<String, JsonNode> extra = Map.of();
            while (in.nextToken() != JsonToken.END_OBJECT) {
                String field = in.currentName();
                in.nextToken();
                switch (field) {
                    case "url" -> url = address(text(field));
                    case "status" -> status = status(text(field, states));
                    case "digest" -> digest = text(field, digests);
                    case "last_seen" -> lastSeen = text(field, days);
                    default -> {
                        extra = extra.isEmpty() ? new LinkedHashMap<>() : extra;
                        extra.put(field, JSON.readTree(in));
                    }
                }
            }
            if (url.isEmpty()) {
                throw malformed(
                        "a server has no url; write for example \"url\":\"http://gpu-a:11434\"");
            }
            return new ModelServer(url, status, digest, lastSeen, kept(extra));
        }

        private String address(String text) throws IOException {
            String known = addresses.get(text);
            if (known != null) {
                return known;
            }
            try {
                ServerUrl url = ServerUrl.of(text, "url");
                if (url.authorization().isPresent()) {
                    throw malformed(
                            "url: %s holds credentials; they belong in cortex.servers"
                                    .formatted(url));
                }
                addresses.put(text, url.toString());
                return url.toString();
            } catch (ValidationException e) {
                throw malformed(e.text());
            }
        }

        private Status status(String word) throws IOException {
            return switch (word.toLowerCase(Locale.ROOT)) {
                case "up" -> Status.UP;
                case "down" -> Status.DOWN;
                case "unknown", "" -> Status.UNKNOWN;
                default ->
                        throw malformed(
                                "status: '%s' is none of up, down, unknown".formatted(word));
            };
        }

        private void begin(String what) throws IOException {
            if (in.currentToken() != JsonToken.START_OBJECT) {
                throw malformed("%s is expected, an object in { }".formatted(what));
            }
        }

        private <T> List<T> list(String field, Item<T> item) throws IOException {
            if (in.currentToken() != JsonToken.START_ARRAY) {
                throw malformed("%s: a list in [ ] is expected".formatted(field));
            }
            List<T> items = new ArrayList<>();
            while (in.nextToken() != JsonToken.END_ARRAY) {
                items.add(item.read());
            }
            return items;
        }

        private List<String> texts(String field) throws IOException {
            return in.currentToken() == JsonToken.VALUE_NULL
                    ? List.of()
                    : list(field, () -> word(field));
        }

        private String text(String field) throws IOException {
            return switch (in.currentToken()) {
                case VALUE_STRING -> in.getText();
                case VALUE_NULL -> "";
                default -> throw malformed("%s: a text in quotes is expected".formatted(field));
            };
        }

        private String text(String field, Repeated again) throws IOException {
            return in.currentToken() == JsonToken.VALUE_STRING ? again.text(in) : text(field);
        }

        /** A text that many entries share. */
        private String word(String field) throws IOException {
            return words.computeIfAbsent(text(field), same -> same);
        }

        private long number(String field, long limit) throws IOException {
            if (in.currentToken() == JsonToken.VALUE_NULL) {
                return 0;
            }
            boolean whole =
                    in.currentToken() == JsonToken.VALUE_NUMBER_INT
                            && in.getNumberType() != JsonParser.NumberType.BIG_INTEGER;
            if (!whole || in.getLongValue() < 0 || in.getLongValue() > limit) {
                throw malformed(
                        "%s: '%s' is no whole number from 0 on".formatted(field, in.getText()));
            }
            return in.getLongValue();
        }

        private static Map<String, JsonNode> kept(Map<String, JsonNode> extra) {
            return extra.isEmpty() ? Map.of() : Collections.unmodifiableMap(extra);
        }

        private MalformedFileException malformed(String what) {
            return new MalformedFileException(file, in.currentTokenLocation().getLineNr(), what);
        }
    }

    /**
     * A text that is mostly the one before, as a model's digest is on each of its servers: no
     * string is made of it again.
     */
    private static final class Repeated {
        private String last = "";
        private char[] letters = {};

        /** The text that the parser is at. */
        String text(JsonParser in) throws IOException {
            char[] text = in.getTextCharacters();
            int start = in.getTextOffset();
            int end = start + in.getTextLength();
            if (!Arrays.equals(text, start, end, letters, 0, letters.length)) {
                letters = Arrays.copyOfRange(text, start, end);
                last = new String(letters);
            }
            return last;
        }
    }
}
