package dev.aicortex.http;

import io.quarkus.vertx.http.HttpServerOptionsCustomizer;
import io.vertx.core.http.HttpServerOptions;
import jakarta.inject.Singleton;

/**
 * Ignores offers to upgrade a plain connection to HTTP/2, as an Ollama server does. LangChain4j
 * makes one with every POST.
 */
@Singleton
class NoUpgrade implements HttpServerOptionsCustomizer {
    @Override
    public void customizeHttpServer(HttpServerOptions options) {
        options.setHttp2ClearTextEnabled(false);
    }
}
