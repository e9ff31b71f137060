package dev.aicortex.simulator.routes;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aicortex.model.Sha256;
import dev.aicortex.simulator.SimulatedModel;
import dev.aicortex.simulator.engine.Engine;
import dev.aicortex.simulator.exchange.Dialect;
import dev.aicortex.simulator.exchange.Exchange;
import dev.aicortex.simulator.exchange.Fields;
import dev.aicortex.simulator.exchange.GoJson;
import dev.aicortex.simulator.exchange.Router;
import dev.aicortex.simulator.exchange.Router.Route;
import dev.aicortex.simulator.exchange.Template;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * {@code /api/show}, and what the template that it shows makes of a chat: {@code /api/chat} with
 * {@code _debug_render_only}, where the prompt is put together and not run.
 */
final class ShowRoute {
    private static final Template SHOW =
            Template.of(
                    "{'modelfile':@,'parameters':@,'template':@,'details':{'parent_model':@,'format':'gguf','family':@,'families':[@],"
                            + "'parameter_size':@,'quantization_level':@},'model_info':@,'tensors':@,'capabilities':[@],'modified_at':'@'@}");
    private static final Template RENDERED =
            Template.of(
                    "{'model':@,'created_at':'@','message':{'role':'','content':''},'done':false,'_debug_info':{'rendered_template':@}}");
    private static final String RENDERING = "\"_debug_render_only\":true";
    private static final String PARAMETERS =
            "stop                           \"<end_of_turn>\"\ntemperature                    0";

    /** Leaves a last message of the assistant open, so that the model goes on with it. */
    private static final String TEMPLATE =
            """
            {{- range $i, $_ := .Messages }}
            {{- $last := eq (len (slice $.Messages $i)) 1 }}
            {{- if eq .Role "assistant" }}<start_of_turn>model
            {{ .Content }}{{ if not $last }}<end_of_turn>
            {{ end }}
            {{- else }}<start_of_turn>{{ .Role }}
            {{ .Content }}<end_of_turn>
            {{ if $last }}<start_of_turn>model
            {{ end }}
            {{- end }}
            {{- end }}\
            """;

    /** As some have it that were made by hand: every message is closed, and an answer opened. */
    private static final String CLOSED =
            """
            {{- range .Messages }}<start_of_turn>{{ .Role }}
            {{ .Content }}<end_of_turn>
            {{ end }}<start_of_turn>model
            """;

    /** The family of the models that have it. */
    private static final String HANDMADE = "handmade";

    /** The tensors are of the same shapes for all models, since only that there are many matters. */
    private static final int BLOCKS = 18;

    /** Name and type, in a block's order. */
    private static final List<String> TENSORS =
            List.of(
                    "attn_k Q5_0",
                    "attn_k_norm F32",
                    "attn_norm F32",
                    "attn_output Q4_K",
                    "attn_q Q5_0",
                    "attn_q_norm F32",
                    "attn_v Q8_0",
                    "ffn_down Q6_K",
                    "ffn_gate Q5_0",
                    "ffn_norm F32",
                    "ffn_up Q5_0",
                    "post_attention_norm F32",
                    "post_ffw_norm F32");
    private static final Map<String, Double> UNITS = Map.of("K", 1e3, "M", 1e6, "B", 1e9);

    private final Engine engine;

    private ShowRoute(Engine engine) {
        this.engine = engine;
    }

    /** What answers a chat that is only to be rendered. */
    static Route addTo(Router router, Engine engine) {
        ShowRoute route = new ShowRoute(engine);
        router.on(HttpMethod.POST, Dialect.OLLAMA, "/api/show", route::show);
        return Route.plain(Dialect.OLLAMA, route::render);
    }

    /** Whether a request of this route is only to be rendered. */
    static boolean isRendering(Route route, Buffer body) {
        return route.inference()
                && route.dialect() == Dialect.OLLAMA
                && body.toString(StandardCharsets.UTF_8).contains(RENDERING);
    }

    private void show(Exchange x) {
        x.json(described(engine.shelf().required(StoreRoutes.name(x.fields()))));
    }

    private Buffer described(SimulatedModel model) {
        byte[] family = GoJson.quoted(model.family());
        String blob = "/var/lib/ollama/models/blobs/sha256-" + Sha256.of(model.name() + " weights");
        return SHOW.fill(
                GoJson.quote(modelfile(model, blob)),
                GoJson.quote(PARAMETERS),
                GoJson.quote(template(model)),
                GoJson.quote(blob),
                family,
                family,
                GoJson.quote(model.parameterSize()),
                GoJson.quote(model.quantization()),
                modelInfo(model),
                tensors(model),
                model.capabilitiesAsJson(),
                model.modifiedAt(),
                engine.settings().fieldsBeside());
    }

    /** Whether a prompt of this model closes every message, an answer that was begun too. */
    private static boolean closes(SimulatedModel model) {
        return model.family().equals(HANDMADE);
    }

    private static String template(SimulatedModel model) {
        return closes(model) ? CLOSED : TEMPLATE;
    }

    private static String modelfile(SimulatedModel model, String blob) {
        return "# Modelfile generated by \"ollama show\"\n# To build a new Modelfile based on this, replace FROM with:\n# FROM "
                + model.name()
                + "\n\nFROM "
                + blob
                + "\nTEMPLATE \"\"\""
                + template(model)
                + "\"\"\"\nPARAMETER stop <end_of_turn>\nPARAMETER temperature 0\n";
    }

    private void render(Exchange x) {
        Fields body = x.fields();
        SimulatedModel model = engine.shelf().required(body.text("model"));
        x.json(
                RENDERED.fill(
                        GoJson.quote(body.text("model")),
                        engine.clock().now(),
                        GoJson.quote(prompt(model, body.get("messages")))));
    }

    /** As the templates say that {@code /api/show} tells. */
    private static String prompt(SimulatedModel model, JsonNode messages) {
        StringBuilder prompt = new StringBuilder();
        boolean open = false;
        for (JsonNode message : messages) {
            if (open) {
                prompt.append("<end_of_turn>\n");
            }
            boolean answer = message.path("role").asText().equals("assistant");
            prompt.append("<start_of_turn>")
                    .append(answer ? "model" : message.path("role").asText())
                    .append('\n')
                    .append(message.path("content").asText());
            open = answer && !closes(model);
            if (!open) {
                prompt.append("<end_of_turn>\n");
            }
        }
        return open ? prompt.toString() : prompt + "<start_of_turn>model\n";
    }

    /** What a model's file says about itself, its names sorted. */
    private static String modelInfo(SimulatedModel model) {
        Map<String, Object> info = new TreeMap<>();
        architecture(info, model.family() + ".", model);
        general(info, model);
        tokenizer(info);
        return json(info);
    }

    private static void architecture(
            Map<String, Object> info, String family, SimulatedModel model) {
        info.put(family + "attention.head_count", 4);
        info.put(family + "attention.head_count_kv", 1);
        info.put(family + "attention.key_length", 256);
        info.put(family + "attention.layer_norm_rms_epsilon", "0.000001");
        info.put(family + "attention.sliding_window", 512);
        info.put(family + "attention.value_length", 256);
        info.put(family + "block_count", BLOCKS);
        info.put(family + "context_length", model.contextLength());
        info.put(family + "embedding_length", model.embeddingLength());
        info.put(family + "feed_forward_length", 2048);
        info.put(family + "rope.freq_base", 1_000_000);
    }

    private static void general(Map<String, Object> info, SimulatedModel model) {
        info.put("general.architecture", GoJson.quote(model.family()));
        info.put("general.basename", GoJson.quote(model.family()));
        info.put("general.file_type", 15);
        info.put("general.license", GoJson.quote("apache-2.0"));
        info.put("general.parameter_count", parameters(model.parameterSize()));
        info.put("general.quantization_version", 2);
        info.put("general.size_label", GoJson.quote(model.parameterSize()));
        info.put("general.tags", "null");
        info.put("general.type", GoJson.quote("model"));
    }

    private static void tokenizer(Map<String, Object> info) {
        info.put("tokenizer.ggml.add_bos_token", true);
        info.put("tokenizer.ggml.add_eos_token", false);
        info.put("tokenizer.ggml.add_sep_token", false);
        info.put("tokenizer.ggml.add_space_prefix", false);
        info.put("tokenizer.ggml.bos_token_id", 2);
        info.put("tokenizer.ggml.eos_token_id", 1);
        info.put("tokenizer.ggml.model", GoJson.quote("llama"));
        info.put("tokenizer.ggml.padding_token_id", 0);
        info.put("tokenizer.ggml.pre", GoJson.quote("default"));
        info.put("tokenizer.ggml.scores", "null");
        info.put("tokenizer.ggml.token_type", "null");
        info.put("tokenizer.ggml.tokens", "null");
        info.put("tokenizer.ggml.unknown_token_id", 3);
    }

    private static String json(Map<String, Object> info) {
        return info.entrySet().stream()
                .map(field -> GoJson.quote(field.getKey()) + ":" + field.getValue())
                .collect(Collectors.joining(",", "{", "}"));
    }

    /** {@code 3.2B} → 3200000000. */
    private static long parameters(String size) {
        int unit = size.length() - 1;
        double factor = UNITS.getOrDefault(size.substring(unit).toUpperCase(Locale.ROOT), 1.0);
        return Math.round(Double.parseDouble(size.substring(0, unit)) * factor);
    }

    private static String tensors(SimulatedModel model) {
        int width = model.embeddingLength();
        List<String> tensors = new ArrayList<>();
        tensors.add(tensor("output_norm", "F32", Integer.toString(width)));
        tensors.add(tensor("token_embd", "Q8_0", width + ",262144"));
        for (int block = 0; block < BLOCKS; block++) {
            String prefix = "blk." + block + ".";
            TENSORS.forEach(tensor -> tensors.add(inBlock(prefix, tensor.split(" ", 2), width)));
        }
        return "[" + String.join(",", tensors) + "]";
    }

    private static String inBlock(String prefix, String[] tensor, int width) {
        boolean norm = tensor[1].equals("F32");
        return tensor(
                prefix + tensor[0], tensor[1], norm ? Integer.toString(width) : width + ",2048");
    }

    private static String tensor(String name, String type, String shape) {
        return "{\"name\":\"%s.weight\",\"type\":\"%s\",\"shape\":[%s]}"
                .formatted(name, type, shape);
    }
}
