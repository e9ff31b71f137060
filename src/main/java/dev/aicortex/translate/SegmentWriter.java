package dev.aicortex.translate;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.aicortex.model.Segment;
import dev.aicortex.translate.Spliced.Joined;
import dev.aicortex.translate.Spliced.LongString;
import dev.aicortex.translate.Spliced.RawJson;
import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Writes a tree as segments: what is new as bytes, long strings as ranges of the client's body. */
final class SegmentWriter {
    private static final byte[] REPLACEMENT = "\uFFFD".getBytes(StandardCharsets.UTF_8);

    private final List<Segment> segments = new ArrayList<>();
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final JsonGenerator json;

    private SegmentWriter() throws IOException {
        json = Json.MAPPER.createGenerator(new OutputStreamWriter(bytes, encoder()));
    }

    /** Half a surrogate pair, which JSON can spell but UTF-8 cannot, becomes U+FFFD as in Go. */
    private static CharsetEncoder encoder() {
        return StandardCharsets.UTF_8
                .newEncoder()
                .onMalformedInput(CodingErrorAction.REPLACE)
                .replaceWith(REPLACEMENT);
    }

    static List<Segment> write(JsonNode tree) throws IOException {
        SegmentWriter writer = new SegmentWriter();
        writer.value(tree);
        writer.cut();
        return List.copyOf(writer.segments);
    }

    private void value(JsonNode node) throws IOException {
        Spliced spliced = Spliced.in(node);
        if (spliced != null) {
            spliced(spliced);
        } else if (node instanceof ObjectNode object) {
            object(object);
        } else if (node instanceof ArrayNode array) {
            array(array);
        } else {
            json.writeTree(node);
        }
    }

    private void object(ObjectNode object) throws IOException {
        json.writeStartObject();
        for (Map.Entry<String, JsonNode> field : object.properties()) {
            json.writeFieldName(field.getKey());
            value(field.getValue());
        }
        json.writeEndObject();
    }

    private void array(ArrayNode array) throws IOException {
        json.writeStartArray();
        for (JsonNode element : array) {
            value(element);
        }
        json.writeEndArray();
    }

    private void spliced(Spliced value) throws IOException {
        switch (value) {
            case RawJson(String text) -> json.writeRawValue(text);
            case LongString string -> string(List.of(string.node()));
            case Joined(List<JsonNode> parts) -> string(parts);
        }
    }

    private void string(List<JsonNode> parts) throws IOException {
        json.writeRawValue("\"");
        for (JsonNode part : parts) {
            part(part);
        }
        json.writeRaw('"');
    }

    private void part(JsonNode part) throws IOException {
        if (Spliced.in(part) instanceof LongString(long start, long end, _)) {
            cut();
            segments.add(new Segment.Range(start, end));
        } else {
            json.writeRaw(
                    String.valueOf(JsonStringEncoder.getInstance().quoteAsString(part.asText())));
        }
    }

    /** Ends the bytes that were written so far. */
    private void cut() throws IOException {
        json.flush();
        if (bytes.size() > 0) {
            segments.add(new Segment.Text(Buffer.buffer(bytes.toByteArray())));
            bytes.reset();
        }
    }
}
