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

/** {@code /api/embed}, the older {@code /api/embeddings}, and {@code /v1/embeddings}. */
final class EmbeddingRoutes {
    private static final Template EMBED =
            Template.of(
                    "{'model':@,'embeddings':[@],'total_duration':@,'load_duration':@,'prompt_eval_count':@}");
    private static final Template EMBEDDING = Template.of("{'embedding':@}");
    private static final Template LIST =
            Template.of(
                    "{'object':'list','data':[@],'model':@,'usage':{'prompt_tokens':@,'total_tokens':@}}");
    private static final Template ITEM =
            Template.of("{'object':'embedding','embedding':@,'index':@}");

    private final Engine engine;

    private EmbeddingRoutes(Engine engine) {
        this.engine = engine;
    }

    static void addTo(Router router, Engine engine) {
        EmbeddingRoutes routes = new EmbeddingRoutes(engine);
        router.inference(Dialect.OLLAMA, "/api/embed", routes::embed);
        router.inference(Dialect.OLLAMA, "/api/embeddings", routes::embedding);
        router.inference(Dialect.OPENAI, "/v1/embeddings", routes::list);
    }

    private void embed(Exchange x) {
        Fields body = x.fields();
        List<String> texts = texts(body.get("input"));
        run(x, body, texts, 501, vectors -> embedded(x, body, texts, vectors));
    }

    private static Buffer embedded(
            Exchange x, Fields body, List<String> texts, List<Vector> vectors) {
        String arrays = String.join(",", vectors.stream().map(Vector::array).toList());
        long nanos = x.elapsedNanos();
        return EMBED.fill(
                GoJson.quote(body.text("model")),
                arrays,
                nanos,
                Math.max(1, nanos / 2),
                tokens(texts));
    }

    private void embedding(Exchange x) {
        Fields body = x.fields();
        List<String> texts = List.of(body.text("prompt"));
        run(x, body, texts, 500, vectors -> EMBEDDING.fill(vectors.getFirst().array()));
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
            Fields body, List<String> texts, List<Vector> vectors, boolean base64) {
        Buffer items = Buffer.buffer();
        for (int i = 0; i < vectors.size(); i++) {
            Vector vector = vectors.get(i);
            items.appendString(i == 0 ? "" : ",")
                    .appendBuffer(ITEM.fill(base64 ? vector.base64() : vector.array(), i));
        }
        return LIST.fill(items, GoJson.quote(body.text("model")), tokens(texts), tokens(texts));
    }

    /**
     * @param refusal the status with which a model that cannot embed answers
     */
    private void run(
            Exchange x,
            Fields body,
            List<String> texts,
            int refusal,
            Function<List<Vector>, Buffer> answer) {
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
                        throw Rejected.because(refusal, "this model does not support embeddings");
                    }
                    x.json(answer.apply(vectors(model, body, texts)));
                });
    }

    private static List<Vector> vectors(SimulatedModel model, Fields body, List<String> texts) {
        int asked = body.number("dimensions", 0);
        int dimensions =
                asked > 0 ? Math.min(asked, model.embeddingLength()) : model.embeddingLength();
        return texts.stream().map(text -> Vector.of(text, dimensions)).toList();
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
    private static final class Vector {
        private final float[] values;

        private Vector(float[] values) {
            this.values = values;
        }

        static Vector of(String text, int dimensions) {
            double[] raw = new double[dimensions];
            double squares = 0;
            long seed = Words.seed(text);
            for (int i = 0; i < dimensions; i++) {
                raw[i] = Words.mix(seed + i * 0x9E3779B97F4A7C15L) * 0x1p-63;
                squares += raw[i] * raw[i];
            }
            return new Vector(scaled(raw, Math.sqrt(squares)));
        }

        /** As a JSON array. */
        String array() {
            StringBuilder out = new StringBuilder(values.length * 12).append('[');
            for (int i = 0; i < values.length; i++) {
                out.append(i == 0 ? "" : ",").append(values[i]);
            }
            return out.append(']').toString();
        }

        /** As a JSON string: 32-bit floats, little-endian, in base64. */
        String base64() {
            ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
            bytes.asFloatBuffer().put(values);
            return '"' + Base64.getEncoder().encodeToString(bytes.array()) + '"';
        }

        private static float[] scaled(double[] raw, double length) {
            float[] values = new float[raw.length];
            for (int i = 0; i < raw.length; i++) {
                values[i] = (float) (raw[i] / length);
            }
            return values;
        }
    }
}
