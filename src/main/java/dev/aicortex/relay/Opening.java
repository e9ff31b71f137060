package dev.aicortex.relay;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.aicortex.dialect.StreamKind;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * What the first events of a stream, or a document, come to. Until something is said another server
 * may answer, so they are read as a whole; what is not known to say nothing says something.
 *
 * @param said whether something of the answer is among them
 * @param failure the server's words, when it says before that there will be none
 */
record Opening(boolean said, Optional<String> failure) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Opening NOTHING = new Opening(false, Optional.empty());
    private static final Opening SAID = new Opening(true, Optional.empty());

    /** Of whole events of a stream of this kind. */
    static Opening of(Buffer events, StreamKind kind) {
        StringBuilder data = new StringBuilder();
        byte[] bytes = events.getBytes();
        for (int start = 0; start < bytes.length; ) {
            int end = lineEnd(bytes, start);
            String line = new String(bytes, start, end - start, StandardCharsets.UTF_8).strip();
            start = end + 1;
            if (!kind.events()) {
                data.append(line);
            } else if (line.startsWith("data:")) {
                data.append(line, "data:".length(), line.length()).append('\n');
            }
            if (!kind.events() || line.isEmpty()) {
                Opening opening = event(data.toString().strip(), kind);
                if (!opening.equals(NOTHING)) {
                    return opening;
                }
                data.setLength(0);
            }
        }
        return event(data.toString().strip(), kind);
    }

    private static int lineEnd(byte[] bytes, int from) {
        int at = from;
        while (at < bytes.length && bytes[at] != '\n') {
            at++;
        }
        return at;
    }

    private static Opening event(String data, StreamKind kind) {
        if (data.isEmpty()) {
            return NOTHING;
        }
        try {
            JsonNode event = JSON.readTree(data);
            Optional<String> failure = kind.failure(event);
            return failure.isPresent()
                    ? new Opening(false, failure)
                    : kind.says(event) ? SAID : NOTHING;
        } catch (IOException e) {
            return SAID; // no JSON, so its client has to make sense of it
        }
    }

    /** Of a whole document. */
    static Opening of(Buffer document) {
        try {
            Optional<String> failure = StreamKind.error(JSON.readTree(document.getBytes()));
            return failure.isPresent() ? new Opening(false, failure) : SAID;
        } catch (IOException e) {
            return NOTHING;
        }
    }
}
