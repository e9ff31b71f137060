package dev.aicortex.catalogue;

import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import dev.aicortex.model.ServerUrl;
import dev.aicortex.model.ValidationException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Reads one family in one streaming pass. Texts that are alike are one object: a fleet repeats the
 * same few addresses for every model, and a model's digest for every server.
 */
public final class FamilyReader {
    private final String file;
    private final JsonParser in;
    private final Map<String, String> addresses;
    private final Map<String, String> words = new HashMap<>();
    private final Repeated digests = new Repeated();
    private final Repeated days = new Repeated();
    private final Repeated states = new Repeated();

    private FamilyReader(String file, JsonParser in, Map<String, String> addresses) {
        this.file = file;
        this.in = in;
        this.addresses = addresses;
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
        try (JsonParser in = FamilyFields.JSON.createParser(json)) {
            return new FamilyReader(file, in, addresses).whole();
        } catch (JsonParseException e) {
            throw new MalformedFileException(
                    file, e.getLocation().getLineNr(), "not JSON: " + words(e));
        } catch (IOException e) {
            throw new MalformedFileException(file, 1, "not readable: " + e.getMessage());
        }
    }

    /** Without the parser's remarks on where its input comes from. */
    private static String words(JsonParseException e) {
        return e.getOriginalMessage().replaceFirst("(?s) \\(for .*| at \\[Source.*", "");
    }

    private Family whole() throws IOException, MalformedFileException {
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
        List<Model> models = List.of();
        Map<String, JsonNode> extra = new LinkedHashMap<>();
        while (in.nextToken() != JsonToken.END_OBJECT) {
            String field = in.currentName();
            in.nextToken();
            switch (field) {
                case FamilyFields.FAMILY -> name = text(field);
                case FamilyFields.MODELS -> models = joined(models, models());
                default -> extra.put(field, tree());
            }
        }
        if (!Family.validName(name)) {
            throw malformed(
                    "family: '%s' is not a family's name; write lower-case letters, digits, '.', '_' or '-'"
                            .formatted(name));
        }
        return new Family(name, inFamily(models, name), kept(extra));
    }

    /** Some joins of files leave the list twice: none is dropped. */
    private static List<Model> joined(List<Model> first, List<Model> second) {
        return Stream.concat(first.stream(), second.stream()).toList();
    }

    private List<Model> inFamily(List<Model> models, String family) throws MalformedFileException {
        List<Model> all = new ArrayList<>(models.size());
        for (Model model : models) {
            if (!model.family().isEmpty() && !model.family().equals(family)) {
                throw malformed(
                        "model %s: its family is '%s', but the file's is '%s'; make them the same"
                                .formatted(model.name(), model.family(), family));
            }
            all.add(
                    new Model(
                            model.name(),
                            family,
                            model.facts(),
                            model.description(),
                            model.tags(),
                            model.servers(),
                            model.extra()));
        }
        return all;
    }

    private List<Model> models() throws IOException, MalformedFileException {
        List<Model> models = new ArrayList<>();
        for (beginArray(FamilyFields.MODELS); in.nextToken() != JsonToken.END_ARRAY; ) {
            models.add(model());
        }
        return models;
    }

    private Model model() throws IOException, MalformedFileException {
        begin("a model");
        ModelDraft draft = new ModelDraft();
        while (in.nextToken() != JsonToken.END_OBJECT) {
            String field = in.currentName();
            in.nextToken();
            switch (field) {
                case FamilyFields.NAME -> draft.name = text(field);
                case FamilyFields.FAMILY -> draft.family = text(field);
                case FamilyFields.SIZE -> draft.size = word(field);
                case FamilyFields.PARAMETERS -> draft.parameters = word(field);
                case FamilyFields.QUANTIZATION -> draft.quantization = word(field);
                case FamilyFields.CONTEXT_LENGTH ->
                        draft.contextLength = (int) number(field, Integer.MAX_VALUE);
                case FamilyFields.DESCRIPTION -> draft.description = text(field);
                case FamilyFields.TAGS -> draft.tags = strings(field);
                case FamilyFields.SERVERS -> draft.servers = servers();
                case FamilyFields.DIGEST -> draft.digest = text(field, digests);
                case FamilyFields.CAPABILITIES -> draft.capabilities = strings(field);
                case FamilyFields.SIZE_BYTES -> draft.sizeBytes = number(field, Long.MAX_VALUE);
                case FamilyFields.LICENSE -> draft.license = word(field);
                case FamilyFields.MODIFIED_AT -> draft.modifiedAt = text(field);
                default -> draft.extra.put(field, tree());
            }
        }
        if (draft.name.isBlank()) {
            throw malformed("a model has no name; write for example \"name\":\"llama3.2:3b\"");
        }
        return draft.model();
    }

    private List<ModelServer> servers() throws IOException, MalformedFileException {
        List<ModelServer> servers = new ArrayList<>();
        for (beginArray(FamilyFields.SERVERS); in.nextToken() != JsonToken.END_ARRAY; ) {
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
                case FamilyFields.URL -> url = address(text(field));
                case FamilyFields.STATUS -> status = status(text(field, states));
                case FamilyFields.DIGEST -> digest = text(field, digests);
                case FamilyFields.LAST_SEEN -> lastSeen = text(field, days);
                default -> {
                    extra = extra.isEmpty() ? new LinkedHashMap<>() : extra;
                    extra.put(field, tree());
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
            default -> throw malformed("status: '%s' is none of up, down, unknown".formatted(word));
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

    private String text(String field, Repeated again) throws IOException, MalformedFileException {
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
            throw malformed("%s: '%s' is no whole number from 0 on".formatted(field, in.getText()));
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

    private JsonNode tree() throws IOException {
        return FamilyFields.JSON.readTree(in);
    }

    private static Map<String, JsonNode> kept(Map<String, JsonNode> extra) {
        return extra.isEmpty() ? Map.of() : Collections.unmodifiableMap(extra);
    }

    private MalformedFileException malformed(String what) {
        return new MalformedFileException(file, in.currentTokenLocation().getLineNr(), what);
    }
}
