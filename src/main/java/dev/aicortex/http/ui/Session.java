package dev.aicortex.http.ui;

import dev.aicortex.config.CortexConfig;
import dev.aicortex.dialect.Dialect;
import dev.aicortex.fleet.FleetStart;
import dev.aicortex.gateway.Responses;
import dev.aicortex.gateway.request.UnreadBody;
import dev.aicortex.http.Entrance;
import dev.aicortex.http.Exposure;
import dev.aicortex.http.admin.AdminGuard;
import dev.aicortex.keys.ApiKey;
import dev.aicortex.keys.Grant;
import dev.aicortex.keys.KeyRing;
import dev.aicortex.keys.KeyRing.Identity;
import dev.aicortex.keys.Role;
import dev.aicortex.model.AccessException;
import dev.aicortex.model.CortexException;
import dev.aicortex.model.ValidationException;
import dev.aicortex.store.Database;
import dev.aicortex.usage.UsageLog;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/**
 * {@code /ui/session}: who is at the page and what they may do ({@code GET}); signing in with
 * {@code {"key":"ck-…"}} ({@code POST}) and out ({@code DELETE}). Nothing is kept here: the cookie
 * has the key itself.
 */
@Singleton
final class Session {
    /** Bytes; a key has less than a hundred. */
    private static final int LONGEST_BODY = 16 * 1024;

    private static final int LONGEST_KEY = 2 * 1024;

    private static final String NOBODY = "none";

    private final CortexConfig config;
    private final KeyRing ring;
    private final Exposure exposure;
    private final FleetStart start;
    private final Database database;
    private final UsageLog usage;
    private final String version;

    Session(
            CortexConfig config,
            KeyRing ring,
            Exposure exposure,
            FleetStart start,
            Database database,
            UsageLog usage,
            @ConfigProperty(name = "quarkus.application.version") String version) {
        this.config = config;
        this.ring = ring;
        this.exposure = exposure;
        this.start = start;
        this.database = database;
        this.usage = usage;
        this.version = version;
    }

    void serve(RoutingContext context) {
        context.response().putHeader(HttpHeaders.CACHE_CONTROL, "no-store");
        SameOrigin from = SameOrigin.of(context);
        Optional<String> problem = from.problem();
        HttpMethod method = context.request().method();
        if (problem.isPresent()) {
            Entrance.refuse(
                    context, AccessException.forbidden("origin_not_allowed", problem.get()));
        } else if (PageRoutes.reads(context)) {
            PageCalls.whenTried(ring, context, () -> tell(context));
        } else if (method.equals(HttpMethod.POST)) {
            signIn(context, from.secure());
        } else if (method.equals(HttpMethod.DELETE)) {
            setCookie(context, KeyCookie.drop(from.secure()));
            UnreadBody.dropped(context.request()).onComplete(_ -> answer(context, null));
        } else {
            context.response().putHeader(HttpHeaders.ALLOW, "DELETE, GET, HEAD, POST");
            Entrance.refuse(
                    context,
                    ValidationException.ofServer(
                            405, "method_not_allowed", "a session is read, begun or ended"));
        }
    }

    // ---- who is there

    private void tell(RoutingContext context) {
        List<String> cookies = context.request().headers().getAll(HttpHeaders.COOKIE);
        answer(
                context,
                KeyCookie.in(cookies)
                        .flatMap(secret -> Optional.ofNullable(known(secret)))
                        .orElse(null));
    }

    private @Nullable ApiKey known(String secret) {
        return ring.identify(List.of(secret)) instanceof Identity.Known(ApiKey key) ? key : null;
    }

    /**
     * Who is there and what they may do.
     *
     * @param key of whoever is signed in
     */
    private void answer(RoutingContext context, @Nullable ApiKey key) {
        String role = role(context, key);
        JsonObject session =
                new JsonObject()
                        .put("version", version)
                        .put("keys", exposure.asksNow())
                        .put("signed_in", key != null)
                        .put("name", key == null ? "" : key.name())
                        .put("role", role)
                        .put("manage", config.manage())
                        .put("database", database.wanted())
                        .put("usage", usage.wanted())
                        .put("simulated", start.simulated());
        if (config.captures() > 0 && !role.equals(NOBODY)) { // whoever may ask is to know
            session.put("captures", config.captures());
        }
        context.response()
                .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                .end(session.encode());
    }

    /** {@link #NOBODY} for somebody who has to sign in. */
    private String role(RoutingContext context, @Nullable ApiKey key) {
        if (key == null && exposure.asksNow()) {
            return NOBODY;
        }
        Grant grant = key == null ? Grant.ALL : key.grant();
        if (key == null ? AdminGuard.allows(context.request(), config) : grant.administers()) {
            return Role.ADMIN.word();
        }
        return (grant.manages() ? Role.MANAGE : Role.USE).word();
    }

    // ---- signing in

    private void signIn(RoutingContext context, boolean secure) {
        body(context.request())
                .onSuccess(body ->
                        PageCalls.whenTried(
                                ring,
                                context,
                                () -> {
                                    try {
                                        signIn(context, key(body), secure);
                                    } catch (CortexException e) {
                                        // its body is read, and nothing is left to be dropped
                                        Responses.send(context.response(), e, Dialect.OLLAMA);
                                    }
                                }));
    }

    private void signIn(RoutingContext context, String secret, boolean secure) {
        switch (ring.identify(List.of(secret))) {
            case Identity.Known(ApiKey key) -> {
                setCookie(context, KeyCookie.keep(secret, secure));
                answer(context, key);
            }
            case Identity.Refused(String problem) -> throw AccessException.unknownKey(problem);
            case Identity.Unknown _ when !ring.known() -> throw ring.unread();
            case Identity.Unknown _ ->
                    throw AccessException.unknownKey("the key is not known here");
        }
    }

    private static void setCookie(RoutingContext context, String cookie) {
        context.response().putHeader(HttpHeaders.SET_COOKIE, cookie);
    }

    private static String key(Buffer body) {
        try {
            if (body.length() <= LONGEST_BODY
                    && new JsonObject(body).getValue("key") instanceof String key) {
                String secret = key.strip();
                if (KeyCookie.canBeSent(secret) && secret.length() <= LONGEST_KEY) {
                    return secret;
                }
            }
        } catch (DecodeException e) {
            throw new ValidationException("the request body is not valid JSON", e);
        }
        throw new ValidationException("the request body has no key; send {\"key\":\"ck-…\"}");
    }

    /** The whole body, or more of it than is read; never done when the client leaves. */
    private static Future<Buffer> body(HttpServerRequest request) {
        Promise<Buffer> whole = Promise.promise();
        Buffer kept = Buffer.buffer();
        if (UnreadBody.held(request)) {
            request.response().writeContinue();
        }
        request.handler(part -> {
            if (kept.length() <= LONGEST_BODY) {
                kept.appendBuffer(part);
            }
        });
        request.endHandler(_ -> whole.complete(kept));
        request.resume();
        return whole.future();
    }
}
