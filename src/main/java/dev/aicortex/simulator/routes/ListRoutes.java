package dev.aicortex.simulator.routes;

import dev.aicortex.simulator.Generation;
import dev.aicortex.simulator.SimulatedModel;
import dev.aicortex.simulator.SimulatedModel.Architecture;
import dev.aicortex.simulator.engine.Engine;
import dev.aicortex.simulator.engine.Runners.Runner;
import dev.aicortex.simulator.exchange.Dialect;
import dev.aicortex.simulator.exchange.Exchange;
import dev.aicortex.simulator.exchange.Rejected;
import dev.aicortex.simulator.exchange.Router;
import dev.aicortex.simulator.exchange.Template;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What a server tells about itself: that it runs, its version, its models, those that are loaded.
 */
record ListRoutes(Engine engine) {
    private static final Template VERSION = Template.of("{'version':#}");
    private static final Buffer STATUS =
            Template.of("{'cloud':{'disabled':true,'source':'env'}}").fill();
    private static final Buffer RECOMMENDATIONS =
            Template.of(
                            "{'recommendations':[{'model':'kimi-k2.6:cloud','description':'Coding','context_length':262144,'max_output_tokens':262144},"
                                    + "{'model':'qwen3.5','description':'Reasoning, locally','vram_bytes':14000000000}]}")
                    .fill();
    private static final Template MODELS = Template.of("{'models':[@]}");
    private static final Template DETAILS =
            Template.of(
                    "'details':{'parent_model':'','format':'gguf','family':#,'families':[#],'parameter_size':#,'quantization_level':#@}");
    private static final Template TAG =
            Template.of("{'name':#,'model':#,'modified_at':'@','size':@,'digest':'@',@@}");
    private static final Template REMOTE = Template.of(",'remote_model':#,'remote_host':#");
    private static final Template LOADED =
            Template.of(
                    "{'name':#,'model':#,'size':@,'digest':'@',@,'expires_at':'@','size_vram':@,'context_length':@@}");
    private static final Template LENGTHS = Template.of(",'context_length':@,'embedding_length':@");
    private static final Template CAPABILITIES = Template.of(",'capabilities':[@]");
    private static final Template LIST = Template.of("{'object':'list','data':@}");
    private static final Template MODEL =
            Template.of("{'id':#,'object':'model','created':@,'owned_by':#}");

    void addTo(Router router) {
        for (HttpMethod read : List.of(HttpMethod.HEAD, HttpMethod.GET)) {
            router.on(
                    read,
                    Dialect.OLLAMA,
                    "/",
                    x -> x.text(200, "text/plain; charset=utf-8", "Ollama is running"));
            router.on(read, Dialect.OLLAMA, "/api/version", this::version);
            router.on(read, Dialect.OLLAMA, "/api/tags", this::tags);
        }
        router.on(HttpMethod.GET, Dialect.OLLAMA, "/api/status", x -> x.json(STATUS.copy()));
        if (newer()) {
            router.on(
                    HttpMethod.GET,
                    Dialect.OLLAMA,
                    "/api/experimental/model-recommendations",
                    x -> x.json(RECOMMENDATIONS.copy()));
        }
        router.on(HttpMethod.GET, Dialect.OLLAMA, "/api/ps", this::loaded);
        router.on(HttpMethod.GET, Dialect.OPENAI, "/v1/models", this::models);
        router.on(HttpMethod.GET, Dialect.OPENAI, "/v1/models/*", this::model);
    }

    private boolean newer() {
        return engine.settings().generation() == Generation.LLAMA_SERVER;
    }

    private void version(Exchange x) {
        x.json(VERSION.fill(engine.settings().version()));
    }

    private void tags(Exchange x) {
        x.json(MODELS.fill(joined(engine.shelf().all(), this::tag)));
    }

    private void loaded(Exchange x) {
        Set<String> held =
                engine.shelf().all().stream()
                        .map(SimulatedModel::weights)
                        .collect(Collectors.toSet());
        List<Runner> loaded =
                engine.runners().all().stream()
                        .filter(runner -> held.contains(runner.model().weights()))
                        .toList();
        x.json(MODELS.fill(joined(loaded, this::loaded)));
    }

    private void models(Exchange x) {
        Buffer all = joined(engine.shelf().all(), ListRoutes::model);
        x.json(LIST.fill(all.length() == 0 ? "null" : "[" + all + "]"));
    }

    private void model(Exchange x) {
        String name = x.lastSegment();
        x.json(model(engine.shelf().find(name).orElseThrow(() -> Rejected.missing(name))));
    }

    private Buffer tag(SimulatedModel model) {
        Architecture kind = model.architecture();
        boolean more = newer();
        Object lengths = more ? LENGTHS.fill(kind.contextLength(), kind.embeddingLength()) : "";
        Buffer details = details(model, lengths);
        if (!model.remoteHost().isEmpty()) {
            details.appendBuffer(REMOTE.fill(model.name(), model.remoteHost()));
        }
        Buffer capabilities =
                more ? CAPABILITIES.fill(model.capabilitiesAsJson()) : Buffer.buffer();
        return TAG.fill(
                model.name(),
                model.name(),
                SimulatedModel.MODIFIED,
                model.size(),
                model.digest(),
                details,
                capabilities.appendString(engine.settings().fieldsBeside()));
    }

    private Buffer loaded(Runner runner) {
        SimulatedModel model = runner.model();
        return LOADED.fill(
                model.name(),
                model.name(),
                model.size(),
                model.digest(),
                details(model, ""),
                runner.expiresAt(),
                model.size(),
                runner.contextLength(),
                engine.settings().fieldsBeside());
    }

    private static Buffer model(SimulatedModel model) {
        String owner =
                model.name().contains("/") ? model.name().replaceFirst("/.*$", "") : "library";
        return MODEL.fill(model.name(), SimulatedModel.MODIFIED.getEpochSecond(), owner);
    }

    private static Buffer details(SimulatedModel model, Object lengths) {
        Architecture kind = model.architecture();
        return DETAILS.fill(
                kind.family(), kind.family(), kind.parameterSize(), kind.quantization(), lengths);
    }

    private static <T> Buffer joined(List<T> all, Function<T, Buffer> each) {
        Buffer out = Buffer.buffer();
        for (T one : all) {
            out.appendString(out.length() == 0 ? "" : ",").appendBuffer(each.apply(one));
        }
        return out;
    }
}
