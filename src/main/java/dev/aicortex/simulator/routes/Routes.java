package dev.aicortex.simulator.routes;

import dev.aicortex.simulator.engine.Engine;
import dev.aicortex.simulator.exchange.Router;
import dev.aicortex.simulator.exchange.Router.Route;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;

/** Every route of an Ollama server. */
public final class Routes {
    private final Router router = new Router();
    private final Route rendering;

    public Routes(Engine engine) {
        ListRoutes.addTo(router, engine);
        NativeRoutes.addTo(router, engine);
        OpenAiRoutes.addTo(router, engine);
        AnthropicRoutes.addTo(router, engine);
        EmbeddingRoutes.addTo(router, engine);
        this.rendering = ShowRoute.addTo(router, engine);
        StoreRoutes.addTo(router, engine);
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
