package dev.aicortex.http;

import dev.aicortex.config.CortexConfig;
import dev.aicortex.gateway.Caller;
import dev.aicortex.model.AccessException;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.List;

/** Asks for a key before every route but {@link OpenDoors}; not there when no key is configured. */
@ApplicationScoped
class KeyGuard {
    /** After {@link RequestIds} and {@link OriginGuard}: a preflight carries no key. */
    private static final int PRIORITY = 8_000;

    private static final String REMEDY =
            "; send one of cortex.keys as Authorization: Bearer or as x-api-key";

    private final KeyRing keys;

    KeyGuard(CortexConfig config) {
        this.keys = KeyRing.of(config.keys());
    }

    void register(@Observes Filters filters) {
        if (!keys.isEmpty()) {
            filters.register(this::check, PRIORITY);
        }
    }

    private void check(RoutingContext context) {
        HttpServerRequest request = context.request();
        if (OpenDoors.lead(request.method(), context.normalizedPath())) {
            context.next();
            return;
        }
        List<String> sent =
                Credentials.sent(
                        request.getHeader("Authorization"), request.getHeader("x-api-key"));
        keys.nameOf(sent)
                .ifPresentOrElse(
                        name -> admit(context, name), () -> refuse(context, sent.isEmpty()));
    }

    private static void admit(RoutingContext context, String name) {
        Caller.is(context, name);
        context.next();
    }

    private static void refuse(RoutingContext context, boolean none) {
        String problem = none ? "this gateway asks for a key" : "the key is not known here";
        context.response().putHeader("WWW-Authenticate", "Bearer");
        Refusal.send(context, AccessException.unknownKey(problem + REMEDY));
    }
}
