package dev.aicortex.gateway;

import dev.aicortex.relay.HopByHop;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpServerRequest;
import java.util.Set;

/** The headers of a client's request that a server gets. */
final class ForwardedHead {
    /**
     * Not for a server: the client's own address and credentials, a foreign Origin (which Ollama
     * refuses), compression (which would buffer a stream), what the body's sender sets anew, and
     * what is meant for the gateway.
     */
    private static final Set<String> NOT_FORWARDED =
            Set.of(
                    "host",
                    "origin",
                    "referer",
                    "authorization",
                    "x-api-key",
                    "cookie",
                    "content-length",
                    "content-encoding",
                    "expect",
                    "accept-encoding",
                    "x-cortex-num-ctx",
                    "x-cortex-resume",
                    "x-cortex-session",
                    "x-cortex-explain");

    private ForwardedHead() {}

    static void copy(HttpServerRequest from, HttpClientRequest to) {
        HopByHop.copy(from.headers(), NOT_FORWARDED, to.headers()::add);
        to.putHeader("x-request-id", from.response().headers().get("x-request-id"));
    }
}
