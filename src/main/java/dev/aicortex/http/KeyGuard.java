package dev.aicortex.http;

import dev.aicortex.gateway.request.Caller;
import dev.aicortex.keys.ApiKey;
import dev.aicortex.keys.KeyRing;
import dev.aicortex.keys.KeyRing.Identity;
import dev.aicortex.keys.Secrets;
import dev.aicortex.model.AccessException;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Set;

/** Asks for a key before every route but those that are open, and whether it may ask there. */
final class KeyGuard {
    private static final String REMEDY =
            "; send one of cortex.keys, or one that 'aicortex key create' made, as Authorization: Bearer or as x-api-key";

    private static final Set<String> TO_LOOK_AT = Set.of("/", "/api/version", "/health", "/config");

    /**
     * The probes and figures of an orchestrator; the routes with a token of their own; the page,
     * whose calls come back here as those that they stand for.
     */
    private static final Set<String> TREES = Set.of("/q", "/admin", "/ui");

    private final KeyRing ring;
    private final Exposure exposure;

    KeyGuard(KeyRing ring, Exposure exposure) {
        this.ring = ring;
        this.exposure = exposure;
    }

    void check(RoutingContext context) {
        HttpServerRequest request = context.request();
        if (nobodyIsAsked() || open(request.method(), context.normalizedPath())) {
            context.next();
            return;
        }
        List<String> sent =
                Secrets.sent(request.getHeader("Authorization"), request.getHeader("x-api-key"));
        if (ring.known() || ring.identify(sent) instanceof Identity.Known) {
            decide(context, sent);
        } else {
            ring.tried()
                    .onComplete(_ -> {
                        if (!context.response().closed()) { // the client is still there
                            decide(context, sent);
                        }
                    });
        }
    }

    /** Whether it is certain that there is no key, and none has to be. */
    private boolean nobodyIsAsked() {
        return ring.known() && ring.isEmpty() && !exposure.asksForKeys();
    }

    private void decide(RoutingContext context, List<String> sent) {
        switch (ring.identify(sent)) {
            case Identity.Known(ApiKey key) -> goOn(context, key);
            case Identity.Refused(String problem) -> refuse(context, problem);
            case Identity.Unknown _ when !exposure.wantsKeys() -> context.next();
            case Identity.Unknown _ when !ring.known() -> Entrance.refuse(context, ring.unread());
            case Identity.Unknown _ when nobodyIsAsked() -> context.next();
            case Identity.Unknown _ ->
                    refuse(
                            context,
                            sent.isEmpty()
                                    ? "this gateway asks for a key"
                                    : "the key is not known here");
        }
    }

    private static void goOn(RoutingContext context, ApiKey key) {
        if (!key.grant().admits(context.normalizedPath())) {
            Entrance.refuse(
                    context,
                    AccessException.forbidden(
                            "route_not_allowed",
                            "this key may not ask at this path; another key, or another route, may do"));
            return;
        }
        Caller.is(context, key);
        context.next();
    }

    private static void refuse(RoutingContext context, String problem) {
        context.response().putHeader("WWW-Authenticate", "Bearer");
        Entrance.refuse(context, AccessException.unknownKey(problem + REMEDY));
    }

    /**
     * Whether a request may pass without a key: it asks that the gateway is there or how it is, or
     * its route guards itself. Everything else needs one, so a new route is closed until it stands
     * here.
     *
     * @param path in the normal form that routes are matched by
     */
    static boolean open(HttpMethod method, String path) {
        boolean looks = method.equals(HttpMethod.GET) || method.equals(HttpMethod.HEAD);
        return (looks && TO_LOOK_AT.contains(path))
                || TREES.stream().anyMatch(tree -> (path + "/").startsWith(tree + "/"));
    }
}
