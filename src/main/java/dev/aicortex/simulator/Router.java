package dev.aicortex.simulator;

import io.netty.handler.codec.http.QueryStringDecoder;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The table of (method, path) → route, with the answers that Go's gin gives when nothing matches.
 */
final class Router {

    private final Map<String, Map<HttpMethod, Route>> table = new HashMap<>();

    /** A path whose last segment is {@code *} matches any one segment there. */
    Router on(HttpMethod method, String path, Route route) {
        table.computeIfAbsent(path, p -> new LinkedHashMap<>()).put(method, route);
        return this;
    }

    /** The same for GET and HEAD. */
    Router onRead(String path, Route route) {
        return on(HttpMethod.HEAD, path, route).on(HttpMethod.GET, path, route);
    }

    Route find(HttpServerRequest request) {
        String path = path(request);
        Map<HttpMethod, Route> here = at(path);
        if (Origins.isPreflight(request)) {
            return Route.plain(Dialect.OLLAMA, x -> Replies.preflight(x, allowed(here)));
        }
        Route route = here.get(request.method());
        return route == null ? unmatched(request, path, here) : route;
    }

    private Route unmatched(HttpServerRequest request, String path, Map<HttpMethod, Route> here) {
        if (!here.isEmpty()) {
            return Route.plain(Dialect.OLLAMA, x -> Replies.wrongMethod(x, allowed(here)));
        }
        String other = path.endsWith("/") ? path.substring(0, path.length() - 1) : path + "/";
        if (at(other).containsKey(request.method()) && path.length() > 1) {
            return Route.plain(Dialect.OLLAMA, x -> Replies.redirect(x, other));
        }
        return Route.plain(Dialect.OLLAMA, Replies::notFound);
    }

    private Map<HttpMethod, Route> at(String path) {
        Map<HttpMethod, Route> exact = table.get(path);
        return exact == null ? table.getOrDefault(parent(path), Map.of()) : exact;
    }

    private static String parent(String path) {
        int slash = path.lastIndexOf('/');
        return slash + 1 == path.length() ? path : path.substring(0, slash + 1) + "*";
    }

    private static String allowed(Map<HttpMethod, Route> here) {
        return String.join(", ", here.keySet().stream().map(HttpMethod::name).toList());
    }

    /** The path, decoded; as it is when it cannot be, so that it matches nothing. */
    static String path(HttpServerRequest request) {
        String path = String.valueOf(request.path());
        try {
            return path.contains("%")
                    ? QueryStringDecoder.decodeComponent(path.replace("+", "%2B"))
                    : path;
        } catch (IllegalArgumentException e) {
            return path;
        }
    }
}
