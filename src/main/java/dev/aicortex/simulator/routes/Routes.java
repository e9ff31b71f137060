package dev.aicortex.simulator.routes;

import dev.aicortex.simulator.Generation;
import dev.aicortex.simulator.engine.Engine;
import dev.aicortex.simulator.exchange.Router;
import dev.aicortex.simulator.exchange.Router.Route;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;

/** Every route of an Ollama server. */
public final class Routes {
    private final Router router;
    private final Route rendering;

    public Routes(Engine engine) {
        router = new Router(engine.settings().generation() == Generation.LLAMA_SERVER);
        new ListRoutes(engine).addTo(router);
        new ChatRoutes(engine).addTo(router);
        new EmbeddingRoutes(engine).addTo(router);
        this.rendering = new ShowRoute(engine).addTo(router);
        new StoreRoutes(engine.shelf()).addTo(router);
    }

    /** What answers this request, as far as its head tells. */
    public Route find(HttpServerRequest request) {
        return router.find(request);
    }

    /** What answers a request of this route, now that its body is known. */
    public Route given(Route found, Buffer body) {
        return ShowRoute.isRendering(found, body) ? rendering : found;
    }
}
