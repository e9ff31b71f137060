package dev.aicortex.simulator.exchange;

import io.netty.handler.codec.http.QueryStringDecoder;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The table of (method, path) → route, with the answers that Go's gin gives when nothing matches.
 */
public final class Router {
    /**
     * What answers a request.
     *
     * @param inference whether it counts as inference, for the counters and for faults
     * @param unpacks whether it reads bodies that were packed with Zstandard
     */
    public record Route(
            Dialect dialect, boolean inference, boolean unpacks, Consumer<Exchange> handler) {
        public static Route plain(Dialect dialect, Consumer<Exchange> handler) {
            return new Route(dialect, false, false, handler);
        }
    }

    private final boolean unpacks;

    private final Map<String, Map<HttpMethod, Route>> table = new HashMap<>();

    /**
     * @param unpacks whether the compatible routes for inference read bodies that were packed with
     *     Zstandard
     */
    public Router(boolean unpacks) {
        this.unpacks = unpacks;
    }

    /** A POST that counts as inference. */
    public void inference(Dialect dialect, String path, Consumer<Exchange> handler) {
        boolean compatible = dialect != Dialect.OLLAMA;
        on(HttpMethod.POST, path, new Route(dialect, true, unpacks && compatible, handler));
    }

    /** A path whose last segment is {@code *} matches any one segment there. */
    public void on(HttpMethod method, Dialect dialect, String path, Consumer<Exchange> handler) {
        on(method, path, Route.plain(dialect, handler));
    }

    private void on(HttpMethod method, String path, Route route) {
        table.computeIfAbsent(path, p -> new LinkedHashMap<>()).put(method, route);
    }

    public Route find(HttpServerRequest request) {
        String path = path(request);
        Map<HttpMethod, Route> here = at(path);
        if (Origins.isPreflight(request)) {
            return byGin(x -> preflight(x, allowed(here)));
        }
        Route route = here.get(request.method());
        return route == null ? unmatched(request, path, here) : route;
    }

    private Route unmatched(HttpServerRequest request, String path, Map<HttpMethod, Route> here) {
        if (!here.isEmpty()) {
            return byGin(x -> wrongMethod(x, allowed(here)));
        }
        String other = path.endsWith("/") ? path.substring(0, path.length() - 1) : path + "/";
        if (at(other).containsKey(request.method()) && path.length() > 1) {
            return byGin(x -> redirect(x, other));
        }
        return byGin(x -> x.text(404, "text/plain", "404 page not found"));
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

    // ---- what gin answers by itself, before any handler of Ollama's

    private static Route byGin(Consumer<Exchange> answer) {
        return Route.plain(Dialect.OLLAMA, answer);
    }

    private static void wrongMethod(Exchange x, String allowed) {
        x.request().response().putHeader("Allow", allowed);
        x.text(405, "text/plain", "405 method not allowed");
    }

    private static void preflight(Exchange x, String allowed) {
        Origins.preflight(x.request().response());
        if (!allowed.isEmpty()) {
            x.request().response().putHeader("Allow", allowed);
        }
        x.empty(204);
    }

    private static void redirect(Exchange x, String path) {
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
