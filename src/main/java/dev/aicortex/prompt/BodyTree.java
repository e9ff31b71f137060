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
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.POJONode;
import dev.aicortex.model.ValidationException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads a body as a tree whose long strings are {@link LongString}s. */
final class BodyTree {
    /** What a tree of small values costs in memory is bounded by their number. */
    private static final int MAX_VALUES = 200_000;

    private static final int MAX_NESTING = 500;

    private static final JsonFactory FACTORY =
            JsonFactory.builder()
                    .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                    .streamReadConstraints(
                            StreamReadConstraints.builder().maxNestingDepth(MAX_NESTING).build())
                    .build();

    private final JsonParser json;
    private final LongStrings strings;
    private int number;
    private int values;

    private BodyTree(JsonParser json, LongStrings strings) {
        this.json = json;
        this.strings = strings;
    }

    /**
     * Reads it all.
     *
     * @throws ValidationException when it is no JSON object, or one of too many values
     */
    static ObjectNode read(InputSource body) throws IOException {
        try (LongStrings strings = new LongStrings(body.open());
                JsonParser json =
                        FACTORY.createParser(
                                new InputStreamReader(strings, StandardCharsets.UTF_8))) {
            return new BodyTree(json, strings).only();
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

    private ObjectNode only() throws IOException {
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
            if (strings.found(++number) != null) {
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
            case VALUE_NUMBER_INT -> integer();
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

    private JsonNode integer() throws IOException {
        return switch (json.getNumberType()) {
            case INT -> instance.numberNode(json.getIntValue());
            case LONG -> instance.numberNode(json.getLongValue());
            default -> instance.numberNode(new BigInteger(json.getText()));
        };
    }

    /** The number is looked up when the text was read: only then has the string gone through. */
    private JsonNode string() throws IOException {
        String text = json.getText();
        LongString found = strings.found(++number);
        return found == null ? instance.textNode(text) : new POJONode(found);
    }

    /**
     * A string in a tree that is not held, since only its length matters.
     *
     * @param length in bytes, as it stands in the body
     */
    record LongString(long length) {
        static @Nullable LongString in(JsonNode node) {
            return node instanceof POJONode holder ? (LongString) holder.getPojo() : null;
        }
    }

    /**
     * Passes JSON on with every long string emptied, and remembers where the string stands. So a
     * parser behind it reads a body of any length in little memory; a string's number, counted from
     * 1 with the names of fields, tells the parser's owner whether it was a long one.
     */
    private static final class LongStrings extends InputStream {
        /** Bytes of the longest string that is passed on. */
        static final int LONG = 8 * 1024;

        /** The same once {@link #PLENTY} bytes of strings were passed on. */
        static final int LONG_WHEN_PLENTY = 256;

        static final int PLENTY = 4 << 20;

        private final InputStream in;
        private final byte[] buffer = new byte[8 * 1024];
        private final byte[] held = new byte[LONG];
        private final Map<Integer, LongString> found = new HashMap<>();
        private final ByteArrayOutputStream passed = new ByteArrayOutputStream();
        private ByteArrayInputStream ready = new ByteArrayInputStream(new byte[0]);
        private boolean inside;
        private boolean escaped;
        private long length;
        private int strings;
        private long total;

        LongStrings(InputStream in) {
            this.in = in;
        }

        /** The string with this number if it was a long one; to be asked after it was read. */
        @Nullable LongString found(int string) {
            return found.get(string);
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
                found.put(strings, new LongString(length));
            }
            passed.write('"');
            inside = false;
        }

        @Override
        public void close() throws IOException {
            in.close();
        }
    }
}
