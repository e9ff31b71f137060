package dev.aicortex.relay;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.aicortex.model.ContextTag;
import dev.aicortex.model.ModelName;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.Json;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;

/**
 * Has an answer name the model as its client did, when servers were asked for another one. In every
 * dialect the model is a field of the document or the event, or of the answer within it.
 */
public final class ModelEcho implements Rewriting {
    private static final LinesWith MODEL = new LinesWith("model");

    /** {@code response} of {@code response.created}, {@code message} of {@code message_start}. */
    private static final Set<String> ANSWERS = Set.of("response", "message");

    private final ModelName sent;
    private final Buffer echoed;

    /**
     * @param sent what servers were asked for, by itself or by a context tag of it
     * @param asked what the client asked for
     */
    public ModelEcho(ModelName sent, String asked) {
        this.sent = sent;
        this.echoed = Buffer.buffer(Json.encode(asked));
    }

    /** Where a name stands, with its quotes. */
    private record Place(int start, int end) {}

    @Override
    public Buffer lines(Buffer lines) {
        if (!MODEL.in(lines)) {
            return lines;
        }
        Buffer out = Buffer.buffer(lines.length() + echoed.length());
        int end;
        for (int start = 0; start < lines.length(); start = end) {
            end = LinesWith.lineEnd(lines, start);
            if (MODEL.in(lines, start, end)) {
                out.appendBuffer(renamed(lines.getBuffer(start, end)));
            } else {
                out.appendBuffer(lines, start, end - start);
            }
        }
        return out;
    }

    @Override
    public Buffer document(Buffer document) {
        return renamed(document);
    }

    @Override
    public boolean documents() {
        return true;
    }

    private Buffer renamed(Buffer text) {
        byte[] bytes = text.getBytes();
        int brace = LinesWith.brace(bytes);
        if (brace < 0) {
            return text;
        }
        return LinesWith.read(bytes, brace, this::place, Optional.<Place>empty())
                .map(place ->
                        Buffer.buffer(bytes.length + echoed.length())
                                .appendBytes(bytes, 0, brace + place.start)
                                .appendBuffer(echoed)
                                .appendBuffer(text.slice(brace + place.end, text.length())))
                .orElse(text);
    }

    private Optional<Place> place(JsonParser json) throws IOException {
        json.nextToken();
        return place(json, true);
    }

    private Optional<Place> place(JsonParser json, boolean outermost) throws IOException {
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String field = json.currentName();
            JsonToken value = json.nextToken();
            if (field.equals("model") && value == JsonToken.VALUE_STRING) {
                return name(json);
            }
            if (outermost && value == JsonToken.START_OBJECT && ANSWERS.contains(field)) {
                Optional<Place> within = place(json, false);
                if (within.isPresent()) {
                    return within;
                }
            } else {
                json.skipChildren();
            }
        }
        return Optional.empty();
    }

    private Optional<Place> name(JsonParser json) throws IOException {
        int start = (int) json.currentTokenLocation().getByteOffset();
        ModelName name = ModelName.of(ContextTag.modelOf(json.getText()));
        int end = (int) json.currentLocation().getByteOffset();
        return sent.equals(name) ? Optional.of(new Place(start, end)) : Optional.empty();
    }
}
