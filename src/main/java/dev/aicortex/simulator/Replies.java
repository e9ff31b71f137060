package dev.aicortex.simulator;

import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;

/** What Go's gin answers by itself, before any handler of Ollama's. */
final class Replies {
    private Replies() {}

    static void notFound(Exchange x) {
        x.text(404, "text/plain", "404 page not found");
    }

    static void wrongMethod(Exchange x, String allowed) {
        x.request().response().putHeader("Allow", allowed);
        x.text(405, "text/plain", "405 method not allowed");
    }

    static void preflight(Exchange x, String allowed) {
        Origins.preflight(x.request().response());
        if (!allowed.isEmpty()) {
            x.request().response().putHeader("Allow", allowed);
        }
        x.empty(204);
    }

    static void redirect(Exchange x, String path) {
        HttpServerRequest request = x.request();
        String target = request.query() == null ? path : path + "?" + request.query();
        request.response().putHeader("Location", target);
        if (HttpMethod.GET.equals(request.method())) {
            x.text(
                    301,
                    "text/html; charset=utf-8",
                    "<a href=\"" + target + "\">Moved Permanently</a>.\n\n");
        } else {
            x.empty(307);
        }
    }
}
