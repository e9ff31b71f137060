package dev.aicortex.prompt;

import static com.fasterxml.jackson.databind.node.JsonNodeFactory.instance;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.POJONode;
import dev.aicortex.model.ValidationException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/**
 * A body as a tree, whose fields are found as an Ollama server finds them: a name in any letter
 * case, null as if it were absent. A long string is not held, since only its length matters: it is
 * a {@link POJONode} with the number of its bytes, a {@link Long}.
 */
record BodyTree(ObjectNode object) {
    /** What a tree of small values costs in memory is bounded by their number. */
    private static final int MAX_VALUES = 200_000;

    private static final int MAX_NESTING = 500;

    private static final JsonFactory FACTORY =
            JsonFactory.builder()
                    .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                    .streamReadConstraints(
                            StreamReadConstraints.builder().maxNestingDepth(MAX_NESTING).build())
                    .build();

    /**
     * Reads it all and closes it.
     *
     * @throws ValidationException when it is no JSON object, or one of too many values
     */
    static BodyTree read(InputStream body) throws IOException {
        try (LongStrings strings = new LongStrings(body);
                JsonParser json =
                        FACTORY.createParser(
                                new InputStreamReader(strings, StandardCharsets.UTF_8))) {
            return new BodyTree(new Reader(json, strings).only());
        } catch (StreamConstraintsException e) {
            throw new ValidationException(
                    "the request body is nested deeper than %d levels or has a number of more than 1000 digits"
                            .formatted(MAX_NESTING),
                    e);
        } catch (JsonProcessingException e) {
            // Its message may quote the prompt, and counts emptied strings.
            throw new ValidationException("the request body is not valid JSON", e);
        }
    }

    /** The value of a field; missing when it is absent or null. */
    JsonNode get(String name) {
        JsonNode exact = object.get(name);
        JsonNode value = exact == null ? inAnyCase(name) : exact;
        return value.isNull() ? MissingNode.getInstance() : value;
    }

    private JsonNode inAnyCase(String name) {
        return object.properties().stream()
                .filter(field -> field.getKey().equalsIgnoreCase(name))
                .<JsonNode>map(Map.Entry::getValue)
                .reduce(MissingNode.getInstance(), (_, last) -> last);
    }

    /**
     * The list in a field; an empty one when it is absent.
     *
     * @throws ValidationException when it is no list
     */
    JsonNode list(String name) {
        JsonNode value = get(name);
        if (value.isMissingNode()) {
            return instance.arrayNode();
        }
        if (!value.isArray()) {
            throw new ValidationException("'%s' must be a list".formatted(name));
        }
        return value;
    }

    private static final class Reader {
        private final JsonParser json;
        private final LongStrings strings;
        private int number;
        private int values;

        Reader(JsonParser json, LongStrings strings) {
            this.json = json;
            this.strings = strings;
        }

        ObjectNode only() throws IOException {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw new ValidationException("the request body must be a JSON object");
            }
            ObjectNode whole = object();
            if (json.nextToken() != null) {
                throw new ValidationException(
                        "the request body has something after its JSON object; send the object alone");
            }
            return whole;
        }

        private ObjectNode object() throws IOException {
            ObjectNode object = instance.objectNode();
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String name = json.currentName();
                if (strings.longOnes.containsKey(++number)) {
                    throw new ValidationException(
                            "the name of a field is longer than %d bytes; name it shorter"
                                    .formatted(LongStrings.LONG_WHEN_PLENTY));
                }
                json.nextToken();
                object.set(name, value());
            }
            return object;
        }

        private ArrayNode array() throws IOException {
            ArrayNode array = instance.arrayNode();
            while (json.nextToken() != JsonToken.END_ARRAY) {
                array.add(value());
            }
            return array;
        }

        private JsonNode value() throws IOException {
            if (++values > MAX_VALUES) {
                throw new ValidationException(
                        "the request body has more than %d values, too many for an estimate of its tokens"
                                .formatted(MAX_VALUES));
            }
            return switch (json.currentToken()) {
                case START_OBJECT -> object();
                case START_ARRAY -> array();
                case VALUE_STRING -> string();
                case VALUE_NUMBER_INT -> instance.numberNode(json.getBigIntegerValue());
                case VALUE_NUMBER_FLOAT -> decimal();
                case VALUE_TRUE -> instance.booleanNode(true);
                case VALUE_FALSE -> instance.booleanNode(false);
                default -> instance.nullNode();
            };
        }

        private JsonNode decimal() throws IOException {
            try {
                return instance.numberNode(json.getDecimalValue());
            } catch (NumberFormatException e) {
                throw new ValidationException(
                        "the request body has a number whose exponent is out of all bounds", e);
            }
        }

        /** The number is looked up when the text was read: only then is the string through. */
        private JsonNode string() throws IOException {
            String text = json.getText();
            Long length = strings.longOnes.get(++number);
            return length == null ? instance.textNode(text) : new POJONode(length);
        }
    }

    /**
     * Passes JSON on with every long string emptied. So a parser behind it reads a body of any
     * length in little memory. Strings are numbered from 1, the names of fields among them.
     */
    private static final class LongStrings extends FilterInputStream {
        /** Bytes of the longest string that is passed on. */
        static final int LONG = 8 * 1024;

        /** The same once {@link #PLENTY} bytes of strings were passed on. */
        static final int LONG_WHEN_PLENTY = 256;

        static final int PLENTY = 4 << 20;

        /** The bytes of each emptied string by its number, once it is through. */
        final Map<Integer, Long> longOnes = new HashMap<>();

        private final byte[] buffer = new byte[8 * 1024];
        private final byte[] held = new byte[LONG];
        private final ByteArrayOutputStream passed = new ByteArrayOutputStream();
        private ByteArrayInputStream ready = new ByteArrayInputStream(new byte[0]);
        private boolean inside;
        private boolean escaped;
        private long length;
        private int strings;
        private long total;

        LongStrings(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] to, int from, int length) throws IOException {
            while (ready.available() == 0) {
                int count = in.read(buffer);
                if (count < 0) {
                    return -1;
                }
                passed.reset();
                for (int i = 0; i < count; i++) {
                    accept(buffer[i]);
                }
                ready = new ByteArrayInputStream(passed.toByteArray());
            }
            return ready.read(to, from, length);
        }

        private void accept(byte b) {
            if (!inside) {
                passed.write(b);
                if (b == '"') {
                    inside = true;
                    length = 0;
                    strings++;
                }
            } else if (b == '"' && !escaped) {
                closeString(length <= (total < PLENTY ? LONG : LONG_WHEN_PLENTY));
            } else {
                escaped = b == '\\' && !escaped;
                if (length < held.length) {
                    held[(int) length] = b;
                }
                length++;
            }
        }

        private void closeString(boolean pass) {
            if (pass) {
                passed.write(held, 0, (int) length);
                total += length;
            } else {
                longOnes.put(strings, length);
            }
            passed.write('"');
            inside = false;
        }
    }
}
