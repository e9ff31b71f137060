package dev.aicortex.translate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.aicortex.model.Segment;
import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** What the tests of this package say most often. */
final class Translated {
    static final ObjectMapper JSON = new ObjectMapper();

    private Translated() {}

    static Translation of(NativeRoute endpoint, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        return Translation.of(
                endpoint, () -> new ByteArrayInputStream(bytes), 8192, "served:latest", "Asked");
    }

    /** The native request. */
    static JsonNode body(NativeRoute endpoint, String body) throws IOException {
        return JSON.readTree(
                applied(of(endpoint, body).body(), body.getBytes(StandardCharsets.UTF_8)));
    }

    /** The bytes that the segments stand for. */
    static byte[] applied(List<Segment> segments, byte[] original) {
        Buffer all = Buffer.buffer();
        for (Segment segment : segments) {
            switch (segment) {
                case Segment.Text(Buffer bytes) -> all.appendBuffer(bytes);
                case Segment.Range(long start, long end) ->
                        all.appendBytes(original, (int) start, (int) (end - start));
            }
        }
        return all.getBytes();
    }

    /** JSON in which a single quote stands for a double one. */
    static String json(String text) {
        return text.replace('\'', '"');
    }

    static JsonNode tree(String text) throws IOException {
        return JSON.readTree(json(text));
    }
}
