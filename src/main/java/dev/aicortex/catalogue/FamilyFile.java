package dev.aicortex.catalogue;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.PrettyPrinter;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.aicortex.catalogue.ModelServer.Status;
import dev.aicortex.model.ServerUrl;
import dev.aicortex.model.ValidationException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringWriter;
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
import org.jspecify.annotations.Nullable;

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

    private FamilyFile() {}

    /** A family's file that cannot be read; it is skipped and the others count. */
    public static final class MalformedFileException extends Exception {
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
        DefaultPrettyPrinter printer =
                new DefaultPrettyPrinter(
                        Separators.createDefaultInstance()
                                .withObjectFieldValueSpacing(Separators.Spacing.AFTER));
        printer.indentObjectsWith(new DefaultIndenter("  ", "\n"));
        return (text(family, printer) + "\n").getBytes(StandardCharsets.UTF_8);
    }

    /** The same on one line. */
    public static String line(Family family) {
        return text(family, null);
    }

    private static String text(Family family, @Nullable PrettyPrinter printer) {
        StringWriter text = new StringWriter();
        try (JsonGenerator out = JSON.createGenerator(text)) {
            out.setPrettyPrinter(printer);
            new Writer(out).family(family);
        } catch (IOException e) {
            throw new UncheckedIOException(e); // a string does not fail
        }
        return text.toString();
    }

    /** The fields of the format first and always; ours when they say something. */
    private record Writer(JsonGenerator out) {
        void family(Family family) throws IOException {
            out.writeStartObject();
            out.writeStringField("family", family.name());
            out.writeArrayFieldStart("models");
            for (Model model : family.models()) {
                model(model);
            }
            out.writeEndArray();
            extra(family.extra());
        }

        private void model(Model model) throws IOException {
            Facts facts = model.facts();
            out.writeStartObject();
            out.writeStringField("name", model.name());
            out.writeStringField("family", model.family());
            out.writeStringField("size", facts.size());
            out.writeStringField("parameters", facts.parameters());
            out.writeStringField("quantization", facts.quantization());
            out.writeNumberField("context_length", facts.contextLength());
            out.writeStringField("description", model.description());
            strings("tags", model.tags());
            out.writeArrayFieldStart("servers");
            for (ModelServer server : model.servers()) {
                server(server);
            }
            out.writeEndArray();
            text("digest", facts.digest());
            if (!facts.capabilities().isEmpty()) {
                strings("capabilities", facts.capabilities());
            }
            if (facts.sizeBytes() > 0) {
                out.writeNumberField("size_bytes", facts.sizeBytes());
            }
            text("license", facts.license());
            text("modified_at", facts.modifiedAt());
            extra(model.extra());
        }

        private void server(ModelServer server) throws IOException {
            out.writeStartObject();
            out.writeStringField("url", server.url());
            out.writeStringField("status", server.status().word());
            text("digest", server.digest());
            text("last_seen", server.lastSeen());
            extra(server.extra());
        }

        private void strings(String field, List<String> values) throws IOException {
            out.writeFieldName(field);
            out.writeArray(values.toArray(String[]::new), 0, values.size());
        }

        private void text(String field, String value) throws IOException {
            if (!value.isEmpty()) {
                out.writeStringField(field, value);
            }
        }

        /** Fields that are not ours, and the object's end. */
        private void extra(Map<String, JsonNode> fields) throws IOException {
            for (Map.Entry<String, JsonNode> field : fields.entrySet()) {
                out.writeFieldName(field.getKey());
                out.writeTree(field.getValue());
            }
            out.writeEndObject();
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

        Family whole() throws IOException, MalformedFileException {
            in.nextToken();
            Family family = family();
            if (in.nextToken() != null) {
                throw malformed("something follows the family's object; one file holds one family");
            }
            return family;
        }

        private Family family() throws IOException, MalformedFileException {
            begin("a family");
            String name = "";
            List<Model> models = new ArrayList<>();
            Map<String, JsonNode> extra = new LinkedHashMap<>();
            while (in.nextToken() != JsonToken.END_OBJECT) {
                String field = in.currentName();
                in.nextToken();
                switch (field) {
                    case "family" -> name = text(field);
                    case "models" -> models(models);
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

        /** Some joins of files leave the list twice: none is dropped. */
        private void models(List<Model> models) throws IOException, MalformedFileException {
            for (beginArray("models"); in.nextToken() != JsonToken.END_ARRAY; ) {
                models.add(model());
            }
        }

        private Model model() throws IOException, MalformedFileException {
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
                    case "tags" -> tags = strings(field);
                    case "servers" -> servers = servers();
                    case "digest" -> digest = text(field, digests);
                    case "capabilities" -> capabilities = strings(field);
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

        private List<ModelServer> servers() throws IOException, MalformedFileException {
            List<ModelServer> servers = new ArrayList<>();
            for (beginArray("servers"); in.nextToken() != JsonToken.END_ARRAY; ) {
                servers.add(server());
            }
            return servers;
        }

        private ModelServer server() throws IOException, MalformedFileException {
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

        private String address(String text) throws MalformedFileException {
            String known = addresses.get(text);
            if (known != null) {
                return known;
            }
            ServerUrl url;
            try {
                url = ServerUrl.of(text, "url");
            } catch (ValidationException e) {
                throw malformed(e.text());
            }
            if (url.authorization().isPresent()) {
                throw malformed(
                        "url: %s holds credentials; they belong in cortex.servers".formatted(url));
            }
            addresses.put(text, url.toString());
            return url.toString();
        }

        private Status status(String word) throws MalformedFileException {
            return switch (word.toLowerCase(Locale.ROOT)) {
                case "up" -> Status.UP;
                case "down" -> Status.DOWN;
                case "unknown", "" -> Status.UNKNOWN;
                default ->
                        throw malformed(
                                "status: '%s' is none of up, down, unknown".formatted(word));
            };
        }

        private void begin(String what) throws MalformedFileException {
            if (in.currentToken() != JsonToken.START_OBJECT) {
                throw malformed("%s is expected, an object in { }".formatted(what));
            }
        }

        private void beginArray(String field) throws MalformedFileException {
            if (in.currentToken() != JsonToken.START_ARRAY) {
                throw malformed("%s: a list in [ ] is expected".formatted(field));
            }
        }

        private String text(String field) throws IOException, MalformedFileException {
            return switch (in.currentToken()) {
                case VALUE_STRING -> in.getText();
                case VALUE_NULL -> "";
                default -> throw malformed("%s: a text in quotes is expected".formatted(field));
            };
        }

        private String text(String field, Repeated again)
                throws IOException, MalformedFileException {
            return in.currentToken() == JsonToken.VALUE_STRING ? again.text(in) : text(field);
        }

        /** A text that many entries share. */
        private String word(String field) throws IOException, MalformedFileException {
            return words.computeIfAbsent(text(field), same -> same);
        }

        private long number(String field, long limit) throws IOException, MalformedFileException {
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

        private List<String> strings(String field) throws IOException, MalformedFileException {
            if (in.currentToken() == JsonToken.VALUE_NULL) {
                return List.of();
            }
            List<String> values = new ArrayList<>();
            for (beginArray(field); in.nextToken() != JsonToken.END_ARRAY; ) {
                values.add(word(field));
            }
            return values;
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
