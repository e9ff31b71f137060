package dev.aicortex.simulator.exchange;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.io.JsonEOFException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeType;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * A JSON object as Go's decoder reads one: a field's name matches in any case, of several the last
 * wins, and null is the same as absent.
 */
public record Fields(Map<String, JsonNode> values) {
    /** Without the library's limit of 20 MB a string: an image may be longer. */
    private static final ObjectMapper MAPPER =
            new ObjectMapper(
                    JsonFactory.builder()
                            .streamReadConstraints(
                                    StreamReadConstraints.builder()
                                            .maxStringLength(Integer.MAX_VALUE)
                                            .build())
                            .build());

    /** What a JSON text may begin with. */
    private static final String BEGINNINGS = "{[\"-0123456789tfn \t\r\n";

    public static Fields parse(Buffer bytes) {
        Buffer body = Buffer.buffer(bytes.toString()); // as Go does: U+FFFD where no UTF-8 is
        try (JsonParser parser = MAPPER.createParser(body.getBytes())) {
            return new Fields(read(parser));
        } catch (JsonEOFException e) {
            throw Rejected.unreadable("unexpected EOF");
        } catch (JsonProcessingException e) {
            throw Rejected.unreadable(complaint(body, e));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Fields of(JsonNode object) {
        Map<String, JsonNode> values = new HashMap<>();
        object.properties().forEach(field -> put(values, field.getKey(), field.getValue()));
        return new Fields(values);
    }

    public JsonNode get(String name) {
        return values.getOrDefault(name, MissingNode.getInstance());
    }

    public Fields object(String name) {
        return of(get(name));
    }

    public boolean has(String name) {
        return values.containsKey(name);
    }

    /** The field's text; empty when it is absent. */
    public String text(String name) {
        return get(name).asText("");
    }

    public boolean flag(String name, boolean otherwise) {
        return get(name).asBoolean(otherwise);
    }

    public int number(String name, int otherwise) {
        return get(name).asInt(otherwise);
    }

    /**
     * Complains as Go's decoder does when the field is there and is of another kind.
     *
     * @param struct into which Ollama reads the body
     * @param type that the field has there
     */
    public void expect(JsonNodeType kind, String name, String struct, String type) {
        if (has(name) && get(name).getNodeType() != kind) {
            throw Rejected.unreadable(
                    "json: cannot unmarshal %s into Go struct field %s.%s of type %s"
                            .formatted(goType(get(name)), struct, name, type));
        }
    }

    public void expectText(String name, String struct) {
        expect(JsonNodeType.STRING, name, struct, "string");
    }

    private static Map<String, JsonNode> read(JsonParser parser) throws IOException {
        if (parser.nextToken() != JsonToken.START_OBJECT) {
            throw Rejected.unreadable(
                    "json: cannot unmarshal "
                            + goType(parser.readValueAsTree())
                            + " into Go value");
        }
        Map<String, JsonNode> values = new HashMap<>();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            parser.nextToken();
            put(values, name, parser.readValueAsTree());
        }
        return values;
    }

    private static void put(Map<String, JsonNode> values, String name, JsonNode value) {
        if (!value.isNull()) {
            values.put(name.toLowerCase(Locale.ROOT), value);
        }
    }

    private static String complaint(Buffer body, JsonProcessingException e) {
        boolean begins = BEGINNINGS.indexOf(body.getByte(0)) >= 0;
        long at = begins ? Math.clamp(e.getLocation().getByteOffset(), 0, body.length() - 1) : 0;
        byte wrong = body.getByte((int) at);
        String shown = wrong < ' ' ? "\\x%02x".formatted(wrong & 0xFF) : "" + (char) wrong;
        return "invalid character '" + shown + "' looking for beginning of value";
    }

    private static String goType(JsonNode node) {
        return switch (node.getNodeType()) {
            case STRING -> "string";
            case NUMBER -> "number";
            case BOOLEAN -> "bool";
            case ARRAY -> "array";
            case OBJECT, POJO -> "object";
            case BINARY, MISSING, NULL -> "null";
        };
    }
}
