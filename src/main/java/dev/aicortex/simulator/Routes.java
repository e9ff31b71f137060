package dev.aicortex.simulator;

/** Every route of an Ollama server. */
final class Routes {
    private Routes() {}

    static Router of(Engine engine) {
        Router router = new Router();
        Inference inference = new Inference(engine);
        ListRoutes.addTo(router, engine);
        NativeRoutes.addTo(router, inference);
        OpenAiRoutes.addTo(router, inference);
        AnthropicRoutes.addTo(router, inference);
        EmbeddingRoutes.addTo(router, inference);
        ShowRoute.addTo(router, engine);
        StoreRoutes.addTo(router, engine);
        PullRoute.addTo(router, engine);
        return router;
    }
}
