package dev.aicortex.simulator.routes;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aicortex.model.Sha256;
import dev.aicortex.simulator.SimulatedModel;
import dev.aicortex.simulator.SimulatedModel.Architecture;
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
import java.util.stream.Collectors;

/**
 * {@code /api/show}, and what the template that it shows makes of a chat: {@code /api/chat} with
 * {@code _debug_render_only}, where the prompt is put together and not run.
 */
record ShowRoute(Engine engine) {
    private static final Template SHOW =
            Template.of(
                    "{'modelfile':#,'parameters':#,'template':#,'details':{'parent_model':#,'format':'gguf','family':#,'families':[#],"
                            + "'parameter_size':#,'quantization_level':#},'model_info':@,'tensors':@,'capabilities':[@],'modified_at':'@'@}");
    private static final Template RENDERED =
            Template.of(
                    "{'model':#,'created_at':'@','message':{'role':'','content':''},'done':false,'_debug_info':{'rendered_template':#}}");
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

    /** What a model's file says about itself; Ollama sorts it by name. */
    private static final String INFO =
            """
            'FAMILY.attention.head_count':4
            'FAMILY.attention.head_count_kv':1
            'FAMILY.attention.key_length':256
            'FAMILY.attention.layer_norm_rms_epsilon':0.000001
            'FAMILY.attention.sliding_window':512
            'FAMILY.attention.value_length':256
            'FAMILY.block_count':18
            'FAMILY.context_length':CONTEXT
            'FAMILY.embedding_length':EMBEDDING
            'FAMILY.feed_forward_length':2048
            'FAMILY.rope.freq_base':1000000
            'general.architecture':'FAMILY'
            'general.basename':'FAMILY'
            'general.file_type':15
            'general.license':'apache-2.0'
            'general.parameter_count':PARAMETERS
            'general.quantization_version':2
            'general.size_label':'SIZE'
            'general.tags':null
            'general.type':'model'
            'tokenizer.ggml.add_bos_token':true
            'tokenizer.ggml.add_eos_token':false
            'tokenizer.ggml.add_sep_token':false
            'tokenizer.ggml.add_space_prefix':false
            'tokenizer.ggml.bos_token_id':2
            'tokenizer.ggml.eos_token_id':1
            'tokenizer.ggml.model':'llama'
            'tokenizer.ggml.padding_token_id':0
            'tokenizer.ggml.pre':'default'
            'tokenizer.ggml.scores':null
            'tokenizer.ggml.token_type':null
            'tokenizer.ggml.tokens':null
            'tokenizer.ggml.unknown_token_id':3
            """;

    /**
     * The tensors are of the same shapes for all models, since only that there are many matters.
     */
    private static final int BLOCKS = 18;

    /** Names and types, in a block's order. */
    private static final String TENSORS =
            "attn_k Q5_0, attn_k_norm F32, attn_norm F32, attn_output Q4_K, attn_q Q5_0, attn_q_norm F32,"
                    + " attn_v Q8_0, ffn_down Q6_K, ffn_gate Q5_0, ffn_norm F32, ffn_up Q5_0,"
                    + " post_attention_norm F32, post_ffw_norm F32";

    private static final Map<String, Double> UNITS = Map.of("K", 1e3, "M", 1e6, "B", 1e9);

    /** What answers a chat that is only to be rendered. */
    Route addTo(Router router) {
        router.on(HttpMethod.POST, Dialect.OLLAMA, "/api/show", this::show);
        return Route.plain(Dialect.OLLAMA, this::render);
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
        Architecture kind = model.architecture();
        String blob = "/var/lib/ollama/models/blobs/sha256-" + Sha256.of(model.name() + " weights");
        return SHOW.fill(
                modelfile(model, blob),
                PARAMETERS,
                template(model),
                blob,
                kind.family(),
                kind.family(),
                kind.parameterSize(),
                kind.quantization(),
                info(kind),
                tensors(kind.embeddingLength()),
                model.capabilitiesAsJson(),
                SimulatedModel.MODIFIED,
                engine.settings().fieldsBeside());
    }

    /** Whether a prompt of this model closes every message, an answer that was begun too. */
    private static boolean closes(SimulatedModel model) {
        return model.architecture().family().equals(HANDMADE);
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
        String name = body.text("model");
        String prompt = prompt(model, body.get("messages"));
        x.json(RENDERED.fill(name, engine.clock().now(), prompt));
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

    private static String info(Architecture kind) {
        String quoted = GoJson.quote(kind.family());
        String family = quoted.substring(1, quoted.length() - 1);
        String size = kind.parameterSize();
        int unit = size.length() - 1;
        double factor = UNITS.getOrDefault(size.substring(unit).toUpperCase(Locale.ROOT), 1.0);
        long parameters = Math.round(Double.parseDouble(size.substring(0, unit)) * factor);
        return INFO.replace('\'', '"')
                .replace("FAMILY", family)
                .replace("CONTEXT", Integer.toString(kind.contextLength()))
                .replace("EMBEDDING", Integer.toString(kind.embeddingLength()))
                .replace("PARAMETERS", Long.toString(parameters))
                .replace("SIZE", size)
                .lines()
                .sorted()
                .collect(Collectors.joining(",", "{", "}"));
    }

    private static String tensors(int width) {
        List<String> tensors = new ArrayList<>();
        tensors.add(tensor("output_norm", "F32", Integer.toString(width)));
        tensors.add(tensor("token_embd", "Q8_0", width + ",262144"));
        for (int block = 0; block < BLOCKS; block++) {
            for (String tensor : TENSORS.split(", ", -1)) {
                String[] of = tensor.split(" ", 2);
                String shape = of[1].equals("F32") ? Integer.toString(width) : width + ",2048";
                tensors.add(tensor("blk." + block + "." + of[0], of[1], shape));
            }
        }
        return "[" + String.join(",", tensors) + "]";
    }

    private static String tensor(String name, String type, String shape) {
        return "{\"name\":\"%s.weight\",\"type\":\"%s\",\"shape\":[%s]}"
                .formatted(name, type, shape);
    }
}
