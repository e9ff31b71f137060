package dev.aicortex.gateway.embeddings;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.aicortex.gateway.request.RequestParser;
import dev.aicortex.model.Segment;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The texts of a request for embeddings, and where they stand in its body.
 *
 * @param place of the list
 */
public record Inputs(Buffer body, Segment.Range place, List<Text> texts) {
    /** What has more is passed on as it is: its answer would have to fit in memory. */
    private static final int MOST = 2_048;

    /** One of them; its place has the quotes. */
    public record Text(String text, Segment.Range place) {}

    /**
     * Those of a body.
     *
     * @return empty unless its input is a list of texts, two at least and not too many
     * @throws IOException when it is none that can be read
     */
    public static Optional<Inputs> of(Buffer body) throws IOException {
        try (JsonParser json = Vectors.JSON.createParser(body.getBytes())) {
            json.nextToken();
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                boolean input = RequestParser.folded(json.currentName()).equals("input");
                JsonToken value = json.nextToken();
                if (input) {
                    return value == JsonToken.START_ARRAY ? list(body, json) : Optional.empty();
                }
                json.skipChildren();
            }
            return Optional.empty();
        }
    }

    private static Optional<Inputs> list(Buffer body, JsonParser json) throws IOException {
        long start = json.currentTokenLocation().getByteOffset();
        List<Text> texts = new ArrayList<>();
        while (json.nextToken() == JsonToken.VALUE_STRING && texts.size() <= MOST) {
            long from = json.currentTokenLocation().getByteOffset();
            String text = json.getText();
            texts.add(new Text(text, Vectors.until(json, from)));
        }
        boolean whole = json.currentToken() == JsonToken.END_ARRAY;
        return whole && texts.size() > 1 && texts.size() <= MOST
                ? Optional.of(new Inputs(body, Vectors.until(json, start), texts))
                : Optional.empty();
    }

    /** The body with these texts alone. */
    Buffer only(List<Integer> some) {
        Buffer part = Buffer.buffer().appendBuffer(body, 0, (int) place.start());
        String separator = "[";
        for (int index : some) {
            Segment.Range of = texts.get(index).place();
            part.appendString(separator).appendBuffer(body, (int) of.start(), (int) of.length());
            separator = ",";
        }
        int end = (int) place.end();
        return part.appendString("]").appendBuffer(body, end, body.length() - end);
    }
}
