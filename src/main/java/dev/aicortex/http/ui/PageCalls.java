package dev.aicortex.http.ui;

import dev.aicortex.http.Entrance;
import dev.aicortex.http.Exposure;
import dev.aicortex.http.admin.AdminGuard;
import dev.aicortex.keys.KeyRing;
import dev.aicortex.keys.KeyRing.Identity;
import dev.aicortex.model.AccessException;
import dev.aicortex.model.CortexException;
import dev.aicortex.model.ValidationException;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;

/**
 * {@code /ui/api/PATH}: a call of the page to PATH. The key of its cookie becomes the request's,
 * and the request begins anew with that path, before all guards.
 */
@Singleton
final class PageCalls {
    static final String ROOT = "/ui/api/";

    private static final String AGAIN = "; sign in again";

    private final KeyRing ring;
    private final Exposure exposure;

    PageCalls(KeyRing ring, Exposure exposure) {
        this.ring = ring;
        this.exposure = exposure;
    }

    void pass(RoutingContext context) {
        HttpServerRequest request = context.request();
        String path = context.normalizedPath().substring(ROOT.length() - 1);
        Optional<String> problem = SameOrigin.of(context).problem();
        if (problem.isPresent()) {
            refuse(context, AccessException.forbidden("origin_not_allowed", problem.get()));
        } else if ((path + "/").startsWith(PageRoutes.ROOT)) {
            String words = "unknown path " + context.normalizedPath() + "; write the path once";
            refuse(context, ValidationException.ofServer(404, "unknown_path", words));
        } else {
            Optional<String> secret = KeyCookie.in(request.headers().getAll(HttpHeaders.COOKIE));
            request.headers().remove(HttpHeaders.COOKIE);
            secret.ifPresentOrElse(
                    key -> whenTried(ring, context, () -> pass(context, path, key)),
                    () -> goOn(context, path));
        }
    }

    /** Once the keys of the database are there, or could not be read, unless the client leaves. */
    static void whenTried(KeyRing ring, RoutingContext context, Runnable next) {
        if (ring.known()) {
            next.run();
        } else {
            ring.tried()
                    .onComplete(_ -> {
                        if (!context.response().closed()) {
                            next.run();
                        }
                    });
        }
    }

    private void pass(RoutingContext context, String path, String secret) {
        switch (ring.identify(List.of(secret))) {
            case Identity.Known _ -> {
                context.request()
                        .headers()
                        .set(HttpHeaders.AUTHORIZATION, "Bearer " + secret)
                        .remove("x-api-key");
                AdminGuard.goByKey(context);
                goOn(context, path);
            }
            case Identity.Refused _ when !exposure.wantsKeys() -> goOn(context, path);
            case Identity.Refused(String problem) -> refuse(context, unknown(problem));
            case Identity.Unknown _ when !exposure.wantsKeys() -> goOn(context, path);
            case Identity.Unknown _ when !ring.known() -> refuse(context, ring.unread());
            case Identity.Unknown _ when exposure.asksNow() ->
                    refuse(context, unknown("the key is not known here any more"));
            case Identity.Unknown _ -> goOn(context, path);
        }
    }

    private static AccessException unknown(String problem) {
        return AccessException.unknownKey(problem + AGAIN);
    }

    private static void refuse(RoutingContext context, CortexException error) {
        Entrance.refuse(context, error);
    }

    private static void goOn(RoutingContext context, String path) {
        String query = context.request().query();
        context.reroute(query == null ? path : path + "?" + query);
    }
}
