package dev.aicortex.catalogue;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** Writes families: the same family always gives the same bytes. */
public final class FamilyWriter {
    private final JsonGenerator out;

    private FamilyWriter(JsonGenerator out) {
        this.out = out;
    }

    /** A file for people to read and to edit. */
    public static byte[] file(Family family) {
        DefaultIndenter indent = new DefaultIndenter("  ", "\n");
        Separators separators =
                Separators.createDefaultInstance()
                        .withObjectFieldValueSpacing(Separators.Spacing.AFTER);
        DefaultPrettyPrinter printer = new DefaultPrettyPrinter(separators);
        printer.indentObjectsWith(indent);
        return (text(family, printer) + "\n").getBytes(StandardCharsets.UTF_8);
    }

    /** The same on one line. */
    public static String line(Family family) {
        return text(family, null);
    }

    private static String text(
            Family family, @org.jspecify.annotations.Nullable DefaultPrettyPrinter printer) {
        StringWriter text = new StringWriter();
        try (JsonGenerator out = FamilyFields.JSON.createGenerator(text)) {
            if (printer != null) {
                out.setPrettyPrinter(printer);
            }
            new FamilyWriter(out).family(family);
        } catch (IOException e) {
            throw new UncheckedIOException(e); // a string does not fail
        }
        return text.toString();
    }

    private void family(Family family) throws IOException {
        out.writeStartObject();
        out.writeStringField(FamilyFields.FAMILY, family.name());
        out.writeArrayFieldStart(FamilyFields.MODELS);
        for (Model model : family.models()) {
            model(model);
        }
        out.writeEndArray();
        extra(family.extra());
        out.writeEndObject();
    }

    /** The fields of the format first and always; ours when they say something. */
    private void model(Model model) throws IOException {
        Facts facts = model.facts();
        out.writeStartObject();
        out.writeStringField(FamilyFields.NAME, model.name());
        out.writeStringField(FamilyFields.FAMILY, model.family());
        out.writeStringField(FamilyFields.SIZE, facts.size());
        out.writeStringField(FamilyFields.PARAMETERS, facts.parameters());
        out.writeStringField(FamilyFields.QUANTIZATION, facts.quantization());
        out.writeNumberField(FamilyFields.CONTEXT_LENGTH, facts.contextLength());
        out.writeStringField(FamilyFields.DESCRIPTION, model.description());
        strings(FamilyFields.TAGS, model.tags());
        out.writeArrayFieldStart(FamilyFields.SERVERS);
        for (ModelServer server : model.servers()) {
            server(server);
        }
        out.writeEndArray();
        text(FamilyFields.DIGEST, facts.digest());
        if (!facts.capabilities().isEmpty()) {
            strings(FamilyFields.CAPABILITIES, facts.capabilities());
        }
        if (facts.sizeBytes() > 0) {
            out.writeNumberField(FamilyFields.SIZE_BYTES, facts.sizeBytes());
        }
        text(FamilyFields.LICENSE, facts.license());
        text(FamilyFields.MODIFIED_AT, facts.modifiedAt());
        extra(model.extra());
        out.writeEndObject();
    }

    private void server(ModelServer server) throws IOException {
        out.writeStartObject();
        out.writeStringField(FamilyFields.URL, server.url());
        out.writeStringField(FamilyFields.STATUS, server.status().word());
        text(FamilyFields.DIGEST, server.digest());
        text(FamilyFields.LAST_SEEN, server.lastSeen());
        extra(server.extra());
        out.writeEndObject();
    }

    private void strings(String field, List<String> values) throws IOException {
        out.writeArrayFieldStart(field);
        for (String value : values) {
            out.writeString(value);
        }
        out.writeEndArray();
    }

    private void text(String field, String value) throws IOException {
        if (!value.isEmpty()) {
            out.writeStringField(field, value);
        }
    }

    private void extra(Map<String, JsonNode> fields) throws IOException {
        for (Map.Entry<String, JsonNode> field : fields.entrySet()) {
            out.writeFieldName(field.getKey());
            out.writeTree(field.getValue());
        }
    }
}
