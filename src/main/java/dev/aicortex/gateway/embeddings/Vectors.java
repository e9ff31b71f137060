package dev.aicortex.gateway.embeddings;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import dev.aicortex.dialect.Endpoint;
import dev.aicortex.model.Segment;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.Json;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The embeddings in an answer, as the bytes that a server wrote: no number is read. */
final class Vectors {
    /** Of one of OpenAI's list, beside the embedding itself. */
    static final int AROUND = 64;

    static final JsonFactory JSON =
            JsonFactory.builder()
                    .streamReadConstraints(
                            StreamReadConstraints.builder()
                                    .maxStringLength(Integer.MAX_VALUE)
                                    .build())
                    .build();

    private Vectors() {}

    /**
     * Those of an answer, in their order.
     *
     * @throws IOException when it is no JSON
     */
    static List<Buffer> in(Buffer answer, Endpoint endpoint) throws IOException {
        String list = endpoint == Endpoint.EMBED ? "embeddings" : "data";
        List<Buffer> vectors = new ArrayList<>();
        try (JsonParser json = JSON.createParser(answer.getBytes())) {
            json.nextToken();
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                boolean here = json.currentName().equals(list);
                JsonToken value = json.nextToken();
                while (here && value == JsonToken.START_ARRAY && !ends(json)) {
                    add(json, answer, vectors);
                }
                json.skipChildren();
            }
        }
        return vectors;
    }

    private static boolean ends(JsonParser json) throws IOException {
        return json.nextToken() == JsonToken.END_ARRAY;
    }

    /** Of Ollama's list a value itself, of OpenAI's the field of an object. */
    private static void add(JsonParser json, Buffer answer, List<Buffer> vectors)
            throws IOException {
        if (json.currentToken() != JsonToken.START_OBJECT) {
            vectors.add(value(json, answer));
            return;
        }
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            boolean vector = json.currentName().equals("embedding");
            json.nextToken();
            if (vector) {
                vectors.add(value(json, answer));
            } else {
                json.skipChildren();
            }
        }
    }

    private static Buffer value(JsonParser json, Buffer answer) throws IOException {
        Segment.Range place = until(json, json.currentTokenLocation().getByteOffset());
        return answer.getBuffer((int) place.start(), (int) place.end());
    }

    /** From there to the end of the value that is being read. */
    static Segment.Range until(JsonParser json, long start) throws IOException {
        json.skipChildren();
        json.finishToken();
        return new Segment.Range(start, json.currentLocation().getByteOffset());
    }

    /**
     * One answer with all of them, as a server writes it.
     *
     * @param model as the client spelt it
     * @param tokens of the texts that servers read
     */
    static Buffer answer(
            Endpoint endpoint,
            String model,
            List<Buffer> vectors,
            long tokens,
            long elapsedNanos,
            long loadNanos) {
        return endpoint == Endpoint.EMBED
                ? ollama(model, vectors)
                        .appendString(
                                ",\"total_duration\":%d,\"load_duration\":%d,\"prompt_eval_count\":%d}"
                                        .formatted(elapsedNanos, loadNanos, tokens))
                : openAi(vectors)
                        .appendString(
                                ",\"model\":%s,\"usage\":{\"prompt_tokens\":%d,\"total_tokens\":%d}}\n"
                                        .formatted(Json.encode(model), tokens, tokens));
    }

    /** One that need not grow, which would take twice the memory. */
    private static Buffer sized(List<Buffer> vectors) {
        int bytes = vectors.stream().mapToInt(each -> each.length() + AROUND).sum();
        return Buffer.buffer(bytes + AROUND * AROUND);
    }

    private static Buffer ollama(String model, List<Buffer> vectors) {
        Buffer all = sized(vectors);
        all.appendString("{\"model\":" + Json.encode(model) + ",\"embeddings\":[");
        for (int i = 0; i < vectors.size(); i++) {
            all.appendString(i == 0 ? "" : ",").appendBuffer(vectors.get(i));
        }
        return all.appendString("]");
    }

    private static Buffer openAi(List<Buffer> vectors) {
        Buffer all = sized(vectors).appendString("{\"object\":\"list\",\"data\":[");
        for (int i = 0; i < vectors.size(); i++) {
            all.appendString(i == 0 ? "" : ",")
                    .appendString("{\"object\":\"embedding\",\"embedding\":")
                    .appendBuffer(vectors.get(i))
                    .appendString(",\"index\":" + i + "}");
        }
        return all.appendString("]");
    }
}
