package dev.aicortex.simulator.routes;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aicortex.simulator.SimulatedModel;
import dev.aicortex.simulator.engine.Asked;
import dev.aicortex.simulator.engine.Engine;
import dev.aicortex.simulator.engine.Prompt;
import dev.aicortex.simulator.engine.Words;
import dev.aicortex.simulator.exchange.Dialect;
import dev.aicortex.simulator.exchange.Exchange;
import dev.aicortex.simulator.exchange.Fields;
import dev.aicortex.simulator.exchange.GoJson;
import dev.aicortex.simulator.exchange.Rejected;
import dev.aicortex.simulator.exchange.Router;
import dev.aicortex.simulator.exchange.Template;
import io.vertx.core.buffer.Buffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** {@code /api/embed}, the older {@code /api/embeddings}, and {@code /v1/embeddings}. */
record EmbeddingRoutes(Engine engine) {
    private static final Template EMBED =
            Template.of(
                    "{'model':#,'embeddings':[@],'total_duration':@,'load_duration':@,'prompt_eval_count':@}");
    private static final Template EMBEDDING = Template.of("{'embedding':@}");
    private static final Template LIST =
            Template.of(
                    "{'object':'list','data':[@],'model':#,'usage':{'prompt_tokens':@,'total_tokens':@}}");
    private static final Template ITEM =
            Template.of("{'object':'embedding','embedding':@,'index':@}");

    void addTo(Router router) {
        router.inference(Dialect.OLLAMA, "/api/embed", this::embed);
        router.inference(Dialect.OLLAMA, "/api/embeddings", this::embedding);
        router.inference(Dialect.OPENAI, "/v1/embeddings", this::list);
    }

    private void embed(Exchange x) {
        Fields body = x.fields();
        List<String> texts = texts(body.get("input"));
        run(
                x,
                body,
                texts,
                501,
                vectors -> {
                    String arrays =
                            vectors.stream()
                                    .map(EmbeddingRoutes::array)
                                    .collect(Collectors.joining(","));
                    long nanos = x.elapsedNanos();
                    return EMBED.fill(
                            body.text("model"),
                            arrays,
                            nanos,
                            Math.max(1, nanos / 2),
                            tokens(texts));
                });
    }

    private void embedding(Exchange x) {
        Fields body = x.fields();
        List<String> texts = List.of(body.text("prompt"));
        run(x, body, texts, 500, vectors -> EMBEDDING.fill(array(vectors.getFirst())));
    }

    private void list(Exchange x) {
        Fields body = x.fields();
        List<String> texts = texts(body.get("input"));
        if (texts.isEmpty()) {
            throw Rejected.unreadable("invalid input");
        }
        boolean base64 = body.text("encoding_format").equals("base64");
        run(x, body, texts, 501, vectors -> listed(body, texts, vectors, base64));
    }

    private static Buffer listed(
            Fields body, List<String> texts, List<float[]> vectors, boolean base64) {
        Buffer items = Buffer.buffer();
        for (int i = 0; i < vectors.size(); i++) {
            float[] vector = vectors.get(i);
            items.appendString(i == 0 ? "" : ",")
                    .appendBuffer(ITEM.fill(base64 ? base64(vector) : array(vector), i));
        }
        return LIST.fill(items, body.text("model"), tokens(texts), tokens(texts));
    }

    /**
     * @param refusal the status with which a model that cannot embed answers
     */
    private void run(
            Exchange x,
            Fields body,
            List<String> texts,
            int refusal,
            Function<List<float[]>, Buffer> answer) {
        Asked asked = Asked.natively(body, Prompt.raw(String.join(" ", texts)), Map.of());
        SimulatedModel model =
                engine.shelf()
                        .find(asked.model())
                        .orElseThrow(() ->
                                Rejected.because(
                                        404,
                                        "model %s not found, try pulling it first"
                                                .formatted(GoJson.quote(asked.model()))));
        engine.whenReady(
                x,
                asked,
                () -> {
                    if (!model.can("embedding")) {
                        throw Rejected.because(refusal, unsupported());
                    }
                    x.json(answer.apply(vectors(model, body, texts)));
                });
    }

    private String unsupported() {
        return switch (engine.settings().generation()) {
            case OWN_ENGINES -> "this model does not support embeddings";
            case LLAMA_SERVER ->
                    "This server does not support embeddings. Start it with `--embeddings`";
        };
    }

    private static List<float[]> vectors(SimulatedModel model, Fields body, List<String> texts) {
        int asked = body.number("dimensions", 0);
        int most = model.architecture().embeddingLength();
        int dimensions = asked > 0 ? Math.min(asked, most) : most;
        return texts.stream().map(text -> vector(text, dimensions)).toList();
    }

    private static int tokens(List<String> texts) {
        return texts.stream().mapToInt(text -> Prompt.raw(text).tokens()).sum();
    }

    private static List<String> texts(JsonNode input) {
        List<String> texts = new ArrayList<>();
        if (input.isArray()) {
            input.forEach(text -> texts.add(text.asText()));
        } else if (!input.asText("").isEmpty()) {
            texts.add(input.asText());
        }
        return texts;
    }

    /** An embedding: made up from a hash of its text, of length one. */
    private static float[] vector(String text, int dimensions) {
        double[] raw = new double[dimensions];
        double squares = 0;
        long seed = Words.seed(text);
        for (int i = 0; i < dimensions; i++) {
            raw[i] = Words.mix(seed + i * 0x9E3779B97F4A7C15L) * 0x1p-63;
            squares += raw[i] * raw[i];
        }
        float[] values = new float[dimensions];
        for (int i = 0; i < dimensions; i++) {
            values[i] = (float) (raw[i] / Math.sqrt(squares));
        }
        return values;
    }

    /** As a JSON array. */
    private static String array(float[] vector) {
        StringBuilder out = new StringBuilder(vector.length * 12).append('[');
        for (int i = 0; i < vector.length; i++) {
            out.append(i == 0 ? "" : ",").append(vector[i]);
        }
        return out.append(']').toString();
    }

    /** As a JSON string: 32-bit floats, little-endian, in base64. */
    private static String base64(float[] vector) {
        ByteBuffer bytes = ByteBuffer.allocate(4 * vector.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(vector);
        return '"' + Base64.getEncoder().encodeToString(bytes.array()) + '"';
    }
}
