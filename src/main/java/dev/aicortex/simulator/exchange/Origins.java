package dev.aicortex.simulator.exchange;

import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Which web pages may call: those on loopback and in desktop applications, as Ollama has it by
 * default.
 */
public final class Origins {
    private static final Pattern KNOWN =
            Pattern.compile(
                    "https?://(localhost|127\\.0\\.0\\.1|0\\.0\\.0\\.0)(:\\d+)?"
                            + "|(app|file|tauri|vscode-webview|vscode-file|chrome-extension|moz-extension|safari-web-extension)://.*");

    private static final String HEADERS =
            "Authorization,Content-Type,User-Agent,Accept,X-Requested-With,Openai-Beta,X-Stainless-Arch,X-Stainless-Async,"
                    + "X-Stainless-Custom-Poll-Interval,X-Stainless-Helper-Method,X-Stainless-Lang,X-Stainless-Os,"
                    + "X-Stainless-Package-Version,X-Stainless-Poll-Helper,X-Stainless-Retry-Count,X-Stainless-Runtime,"
                    + "X-Stainless-Runtime-Version,X-Stainless-Timeout";

    private static final List<String> VARY =
            List.of("Origin", "Access-Control-Request-Method", "Access-Control-Request-Headers");

    private Origins() {}

    public static boolean isForeign(HttpServerRequest request) {
        return isCrossOrigin(request) && !KNOWN.matcher(origin(request)).matches();
    }

    static boolean isPreflight(HttpServerRequest request) {
        return HttpMethod.OPTIONS.equals(request.method()) && isCrossOrigin(request);
    }

    /** Tells a page on another origin that it may read the answer. */
    public static void welcome(HttpServerRequest request) {
        if (isCrossOrigin(request)) {
            request.response()
                    .putHeader("Access-Control-Allow-Origin", origin(request))
                    .putHeader("Vary", "Origin");
        }
    }

    static void preflight(HttpServerResponse response) {
        response.putHeader("Access-Control-Allow-Headers", HEADERS)
                .putHeader("Access-Control-Allow-Methods", "GET,POST,PUT,PATCH,DELETE,HEAD,OPTIONS")
                .putHeader("Access-Control-Max-Age", "43200");
        response.putHeader("Vary", VARY);
    }

    private static boolean isCrossOrigin(HttpServerRequest request) {
        String origin = origin(request);
        return !origin.isEmpty() && !origin.equals("http://" + request.getHeader("Host"));
    }

    private static String origin(HttpServerRequest request) {
        String origin = request.getHeader("Origin");
        return origin == null ? "" : origin;
    }
}
