package dev.aicortex.gateway.cache;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_16LE;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import dev.aicortex.dialect.Dialect;
import dev.aicortex.dialect.Endpoint;
import dev.aicortex.gateway.request.RequestParser;
import dev.aicortex.model.Sha256;
import java.io.IOException;
import java.security.MessageDigest;
import java.util.AbstractMap.SimpleEntry;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A JSON body in the form in which two are compared: members by their names, no white space,
 * strings as they read, numbers as they are written. What is not known to change nothing counts.
 *
 * @param digest of that form
 * @param deterministic whether the body asks for the same answer each time: by temperature 0 or a
 *     seed, or for an embedding of something
 */
record CanonicalBody(String digest, boolean deterministic) {
    /** How the answer travels is compared apart from the body. */
    private static final Set<String> TRANSPORT = Set.of("stream");

    /** Of whom and what a request is, which no model is told. */
    private static final Set<String> NAMES =
            Set.of("stream", "user", "metadata", "prompt_cache_key", "safety_identifier");

    private static final Set<String> NAMES_AND_INPUT =
            Set.of("stream", "user", "metadata", "prompt_cache_key", "safety_identifier", "input");

    /** What is nested deeper is not compared. */
    private static final int DEEPEST = 100;

    static final JsonFactory JSON =
            JsonFactory.builder()
                    .streamReadConstraints(
                            StreamReadConstraints.builder()
                                    .maxStringLength(Integer.MAX_VALUE)
                                    .maxNestingDepth(DEEPEST)
                                    .build())
                    .build();

    /**
     * Reads a body.
     *
     * @throws IOException when it is none that can be compared
     */
    static CanonicalBody of(byte[] body, Endpoint endpoint) throws IOException {
        // answers of /v1/responses repeat who asked
        return read(body, endpoint, endpoint == Endpoint.RESPONSES ? TRANSPORT : NAMES);
    }

    /** The same without the texts that are to be embedded. */
    static CanonicalBody withoutInput(byte[] body, Endpoint endpoint) throws IOException {
        return read(body, endpoint, NAMES_AND_INPUT);
    }

    private static CanonicalBody read(byte[] body, Endpoint endpoint, Set<String> leftOut)
            throws IOException {
        try (JsonParser json = JSON.createParser(body)) {
            json.nextToken();
            Reader reader = new Reader(json, endpoint, leftOut);
            MessageDigest all = Sha256.digest();
            reader.object(1, all);
            String digest = HexFormat.of().formatHex(all.digest());
            return new CanonicalBody(digest, reader.deterministic());
        }
    }

    private static final class Reader {
        private final JsonParser json;
        private final boolean generates;

        /** Whether temperature and seed stand among options. */
        private final boolean inOptions;

        /** The name of what is to be embedded. */
        private final String embedded;

        private final Set<String> leftOut;
        private boolean options;
        private boolean coldest;
        private boolean seeded;
        private boolean embeds;

        /** Whether the value that was read last has anything in it. */
        private boolean filled;

        Reader(JsonParser json, Endpoint endpoint, Set<String> leftOut) {
            this.json = json;
            this.generates = endpoint.generates();
            this.inOptions = endpoint.dialect() == Dialect.OLLAMA;
            this.embedded = endpoint == Endpoint.EMBEDDING ? "prompt" : "input";
            this.leftOut = leftOut;
        }

        /** Without a text to embed the model is only loaded. */
        boolean deterministic() {
            return generates ? (coldest || seeded) : embeds;
        }

        /** Tells {@code all} the value that is being read. */
        private void value(int depth, MessageDigest all) throws IOException {
            switch (json.currentToken()) {
                case START_OBJECT -> object(depth + 1, all);
                case START_ARRAY -> array(depth, all);
                case VALUE_STRING -> {
                    text('"', json.getText(), all);
                    filled = !json.getText().isEmpty();
                }
                default -> {
                    text('=', json.getText(), all);
                    filled = json.currentToken() != JsonToken.VALUE_NULL;
                }
            }
        }

        private void array(int depth, MessageDigest all) throws IOException {
            boolean any = false;
            all.update((byte) '[');
            while (json.nextToken() != JsonToken.END_ARRAY) {
                value(depth, all);
                any = true;
            }
            all.update((byte) ']');
            filled = any;
        }

        void object(int depth, MessageDigest all) throws IOException {
            List<Map.Entry<String, byte[]>> members = new ArrayList<>();
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String name = json.currentName();
                String known = depth == 1 ? RequestParser.folded(name) : name;
                json.nextToken();
                if (depth == (inOptions ? 2 : 1) && (depth == 1 || options)) {
                    look(known);
                }
                options = depth == 1 ? known.equals("options") : options;
                MessageDigest member = Sha256.digest();
                value(depth, member);
                if (depth == 1 && known.equals(embedded)) {
                    embeds = filled;
                }
                if (depth > 1 || !leftOut.contains(known)) {
                    members.add(new SimpleEntry<>(name, member.digest()));
                }
            }
            // of names that differ in case alone servers take the last, so these keep their order
            members.sort(Comparator.comparing(each -> RequestParser.folded(each.getKey())));
            all.update((byte) '{');
            for (Map.Entry<String, byte[]> each : members) {
                text('"', each.getKey(), all);
                all.update(each.getValue());
            }
            all.update((byte) '}');
            filled = true;
        }

        /** Of a name that stands twice servers take the last. */
        private void look(String name) throws IOException {
            JsonToken value = json.currentToken();
            if (name.equals("temperature")) {
                coldest = value.isNumeric() && json.getDoubleValue() == 0;
            } else if (name.equals("seed")) { // a negative one asks for any
                seeded = value == JsonToken.VALUE_NUMBER_INT && !json.getText().startsWith("-");
            }
        }

        /** With its length in front, so that nothing in it is taken for what is around it. */
        private static void text(char kind, String text, MessageDigest all) {
            all.update((kind + Integer.toString(text.length()) + ':').getBytes(US_ASCII));
            all.update(text.getBytes(UTF_16LE)); // half a character is U+FFFD, as for a server
        }
    }
}
