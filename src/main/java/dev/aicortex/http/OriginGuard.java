package dev.aicortex.http;

import dev.aicortex.model.AccessException;
import dev.aicortex.model.Glob;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Stands between web pages and every route: refuses those of unknown origins, answers preflights,
 * and lets the others read the answers. Servers are asked without an {@code Origin}.
 */
final class OriginGuard {
    /** An entry that takes the built-in origins away. */
    private static final String NONE = "none";

    /** On this machine and in desktop applications and extensions, as an Ollama server has it. */
    private static final String BUILT_IN =
            "https?://(localhost|127\\.0\\.0\\.1|0\\.0\\.0\\.0|\\[::1])(:\\d+)?"
                    + "|(app|file|tauri|vscode-webview|vscode-file)://.*"
                    + "|(chrome|moz|safari|safari-web|ms-browser)-extension://.*";

    /** Every header of an answer; by name for browsers that take the star for a name. */
    private static final String MAY_BE_READ =
            "X-Cortex-Server,X-Cortex-Attempts,X-Request-Id,Retry-After,*";

    private static final String METHODS = "GET,POST,PUT,PATCH,DELETE,HEAD,OPTIONS";
    private static final String PREFLIGHT_SECONDS = "43200";

    private static final List<String> PREFLIGHT_VARIES =
            List.of("Origin", "Access-Control-Request-Method", "Access-Control-Request-Headers");

    /** What the clients' libraries send, whether or not the browser has asked for it. */
    private static final List<String> ALWAYS =
            List.of(
                    "Authorization",
                    "Content-Type",
                    "User-Agent",
                    "Accept",
                    "X-Requested-With",
                    "X-Api-Key",
                    "X-Request-Id",
                    "Anthropic-Version",
                    "Anthropic-Beta",
                    "Anthropic-Dangerous-Direct-Browser-Access",
                    "Openai-Beta",
                    "Openai-Organization",
                    "Openai-Project");

    /** Further ones by name; the X-Stainless ones alone are more than a dozen. */
    private static final Pattern ALSO =
            Pattern.compile(
                    "((x-stainless|openai|anthropic|x-cortex)-[a-z0-9-]+"
                            + "|idempotency-key|http-referer|x-title|traceparent|tracestate)",
                    Pattern.CASE_INSENSITIVE);

    private final Pattern allowed;
    private final Predicate<String> ours;

    /**
     * @param configured {@code cortex.cors.origins}, beside the built-in ones
     * @param ours whether a {@code Host} may be an origin too
     */
    OriginGuard(Optional<List<String>> configured, Predicate<String> ours) {
        List<String> entries = configured.orElse(List.of());
        Stream<String> builtIn = entries.contains(NONE) ? Stream.empty() : Stream.of(BUILT_IN);
        Stream<String> own = entries.stream().filter(entry -> !entry.equals(NONE)).map(Glob::regex);
        String all = Stream.concat(builtIn, own).collect(Collectors.joining("|"));
        this.ours = ours;
        this.allowed = Pattern.compile(all, Pattern.CASE_INSENSITIVE);
    }

    void check(RoutingContext context) {
        HttpServerRequest request = context.request();
        String origin = request.getHeader(HttpHeaders.ORIGIN);
        if (origin == null) {
            context.next();
        } else if (!allows(origin, request.getHeader(HttpHeaders.HOST))) {
            refuse(context, origin);
        } else if (request.method().equals(HttpMethod.OPTIONS)
                && request.headers().contains(HttpHeaders.ACCESS_CONTROL_REQUEST_METHOD)) {
            answerPreflight(request, origin);
        } else {
            welcome(context.response(), origin);
            context.next();
        }
    }

    private static void refuse(RoutingContext context, String origin) {
        String problem =
                "web pages of the origin '%s' may not ask this gateway; cortex.cors.origins allows further ones"
                        .formatted(origin);
        context.response().putHeader(HttpHeaders.VARY, HttpHeaders.ORIGIN);
        Entrance.refuse(context, AccessException.forbidden("origin_not_allowed", problem));
    }

    private static void answerPreflight(HttpServerRequest request, String origin) {
        String requested = request.getHeader(HttpHeaders.ACCESS_CONTROL_REQUEST_HEADERS);
        request.response()
                .putHeader(HttpHeaders.ACCESS_CONTROL_ALLOW_ORIGIN, origin)
                .putHeader(HttpHeaders.ACCESS_CONTROL_ALLOW_METHODS, METHODS)
                .putHeader(HttpHeaders.ACCESS_CONTROL_ALLOW_HEADERS, allowedHeaders(requested))
                .putHeader(HttpHeaders.ACCESS_CONTROL_MAX_AGE, PREFLIGHT_SECONDS)
                .putHeader("Vary", PREFLIGHT_VARIES)
                .setStatusCode(204)
                .end();
    }

    private static void welcome(HttpServerResponse response, String origin) {
        response.putHeader(HttpHeaders.ACCESS_CONTROL_ALLOW_ORIGIN, origin)
                .putHeader(HttpHeaders.ACCESS_CONTROL_EXPOSE_HEADERS, MAY_BE_READ)
                .putHeader(HttpHeaders.VARY, HttpHeaders.ORIGIN);
    }

    /**
     * Whether a page may ask. One that has the {@code Host} as its origin is the gateway's own, and
     * may where that is known to be this machine: another name may be somebody else's that was
     * pointed here, so that its page could ask (DNS rebinding). Where a key is asked for that is of
     * no use: such a page has none.
     */
    boolean allows(String origin, @Nullable String host) {
        if (allowed.matcher(origin).matches()) {
            return true;
        }
        if (host == null || !ours.test(host)) {
            return false;
        }
        String own = "://" + host.toLowerCase(Locale.ROOT);
        String folded = origin.toLowerCase(Locale.ROOT);
        return folded.equals("http" + own) || folded.equals("https" + own);
    }

    /**
     * The headers that a page may send: those of every client, then known ones that it asks for.
     */
    static String allowedHeaders(@Nullable String requested) {
        Stream<String> more =
                Stream.of(Objects.requireNonNullElse(requested, "").split(","))
                        .map(String::strip)
                        .filter(name -> ALSO.matcher(name).matches())
                        .filter(name -> ALWAYS.stream().noneMatch(name::equalsIgnoreCase));
        return Stream.concat(ALWAYS.stream(), more).collect(Collectors.joining(","));
    }
}
