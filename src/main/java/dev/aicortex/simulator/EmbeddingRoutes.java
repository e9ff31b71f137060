package dev.aicortex.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import java.util.ArrayList;
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

    private final Inference inference;

    private EmbeddingRoutes(Inference inference) {
        this.inference = inference;
    }

    static void addTo(Router router, Inference inference) {
        EmbeddingRoutes routes = new EmbeddingRoutes(inference);
        router.on(HttpMethod.POST, "/api/embed", Route.inference(Dialect.OLLAMA, routes::embed));
        router.on(
                HttpMethod.POST,
                "/api/embeddings",
                Route.inference(Dialect.OLLAMA, routes::embedding));
        router.on(HttpMethod.POST, "/v1/embeddings", Route.inference(Dialect.OPENAI, routes::list));
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
                inference
                        .engine()
                        .shelf()
                        .find(asked.model())
                        .orElseThrow(() ->
                                Rejected.because(
                                        404,
                                        "model "
                                                + GoJson.quote(asked.model())
                                                + " not found, try pulling it first"));
        inference.whenReady(
                x,
                asked,
                _ -> {
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
}
