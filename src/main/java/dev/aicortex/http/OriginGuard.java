package dev.aicortex.http;

import dev.aicortex.config.CortexConfig;
import dev.aicortex.model.AccessException;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

/**
 * Stands between web pages and every route: refuses those of unknown origins, answers preflights,
 * and lets the others read the answers. Servers are asked without an {@code Origin}.
 */
@ApplicationScoped
class OriginGuard {
    /** After {@link RequestIds}, before {@link KeyGuard}. */
    private static final int PRIORITY = 9_000;

    /** All of them; by name for browsers that take the star for a name. */
    private static final String MAY_BE_READ =
            "X-Cortex-Server,X-Cortex-Attempts,X-Request-Id,Retry-After,*";

    private final Origins origins;

    OriginGuard(CortexConfig config) {
        this.origins = Origins.of(config.cors().origins());
    }

    void register(@Observes Filters filters) {
        filters.register(this::check, PRIORITY);
    }

    private void check(RoutingContext context) {
        String origin = context.request().getHeader(HttpHeaders.ORIGIN);
        if (origin == null) {
            context.next();
        } else if (!origins.allow(origin, context.request().getHeader(HttpHeaders.HOST))) {
            refuse(context, origin);
        } else if (isPreflight(context.request())) {
            answer(context, origin);
        } else {
            welcome(context.response(), origin);
            context.next();
        }
    }

    private static boolean isPreflight(HttpServerRequest request) {
        return request.method().equals(HttpMethod.OPTIONS)
                && request.headers().contains(HttpHeaders.ACCESS_CONTROL_REQUEST_METHOD);
    }

    private static void answer(RoutingContext context, String origin) {
        String requested = context.request().getHeader(HttpHeaders.ACCESS_CONTROL_REQUEST_HEADERS);
        context.response()
                .putHeader(HttpHeaders.ACCESS_CONTROL_ALLOW_ORIGIN, origin)
                .putHeader(HttpHeaders.ACCESS_CONTROL_ALLOW_METHODS, Preflight.METHODS)
                .putHeader(HttpHeaders.ACCESS_CONTROL_ALLOW_HEADERS, Preflight.headers(requested))
                .putHeader(HttpHeaders.ACCESS_CONTROL_MAX_AGE, Preflight.MAX_AGE_SECONDS);
        context.response().putHeader("Vary", Preflight.VARY).setStatusCode(204).end();
    }

    private static void welcome(HttpServerResponse response, String origin) {
        response.putHeader(HttpHeaders.ACCESS_CONTROL_ALLOW_ORIGIN, origin)
                .putHeader(HttpHeaders.ACCESS_CONTROL_EXPOSE_HEADERS, MAY_BE_READ)
                .putHeader(HttpHeaders.VARY, HttpHeaders.ORIGIN);
    }

    private static void refuse(RoutingContext context, String origin) {
        context.response().putHeader(HttpHeaders.VARY, HttpHeaders.ORIGIN);
        Refusal.send(
                context,
                AccessException.forbidden(
                        "origin_not_allowed",
                        "web pages of the origin '%s' may not ask this gateway; cortex.cors.origins allows further ones"
                                .formatted(origin)));
    }
}
