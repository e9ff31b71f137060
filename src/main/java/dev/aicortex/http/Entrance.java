package dev.aicortex.http;

import dev.aicortex.config.CortexConfig;
import dev.aicortex.dialect.Dialect;
import dev.aicortex.gateway.Responses;
import dev.aicortex.gateway.request.UnreadBody;
import dev.aicortex.keys.KeyRing;
import dev.aicortex.model.CortexException;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What every request passes before its route, in this order: its path is cleaned, it gets an id,
 * then come the guards of hosts, origins and keys.
 */
@ApplicationScoped
public class Entrance {
    static final CharSequence REQUEST_ID = HttpHeaders.createOptimized("x-request-id");
    private static final Pattern SANE_ID = Pattern.compile("[A-Za-z0-9._:-]{1,128}");
    private static final Pattern SLASHES = Pattern.compile("/{2,}");
    private static final Pattern AT_THE_END = Pattern.compile("(?<=.)/+$");

    /** Elsewhere there are pages, for which a slash at the end means a folder. */
    private static final Pattern API = Pattern.compile("/(v1|api|models|catalogue)(/.*)?");

    private final CortexConfig config;
    private final Exposure exposure;
    private final KeyGuard keys;

    Entrance(CortexConfig config, KeyRing ring, Exposure exposure) {
        this.config = config;
        this.exposure = exposure;
        this.keys = new KeyGuard(ring, exposure);
    }

    void register(@Observes Filters filters) {
        HostGuard hosts =
                new HostGuard(exposure::trustsThisMachine, config.hosts().orElse(List.of()));
        OriginGuard origins =
                new OriginGuard(
                        config.cors().origins(), host -> exposure.asksNow() || hosts.names(host));
        filters.register(Entrance::cleanPath, 20_000); // the highest comes first
        filters.register(Entrance::addId, 10_000);
        filters.register(hosts::check, 9_500);
        filters.register(origins::check, 9_000); // a preflight carries no key
        filters.register(keys::check, 8_000);
    }

    /**
     * Serves a path that has slashes too many as the one that was meant: a client that is given a
     * base URL with one at its end makes such, and follows no redirect with a POST.
     */
    private static void cleanPath(RoutingContext context) {
        HttpServerRequest request = context.request();
        String path = request.path();
        String clean = path == null ? "" : clean(path);
        if (path == null || clean.equals(path)) {
            context.next();
        } else {
            context.reroute(request.query() == null ? clean : clean + "?" + request.query());
        }
    }

    /** The path that was meant; what is percent-encoded stays so. */
    static String clean(String path) {
        if (!path.endsWith("/") && !path.contains("//")) {
            return path;
        }
        String single = SLASHES.matcher(path).replaceAll("/");
        return API.matcher(single).matches() ? AT_THE_END.matcher(single).replaceFirst("") : single;
    }

    private static void addId(RoutingContext context) {
        context.response().putHeader(REQUEST_ID, id(context.request().getHeader(REQUEST_ID)));
        context.next();
    }

    /** The client's own {@code x-request-id} where it is sane, or a new one. */
    static String id(@Nullable String fromClient) {
        return fromClient != null && SANE_ID.matcher(fromClient).matches()
                ? fromClient
                : Long.toHexString(ThreadLocalRandom.current().nextLong() | Long.MIN_VALUE);
    }

    /** Whether the client says that it is one of Anthropic's. */
    static boolean anthropic(HttpServerRequest request) {
        return request.headers().contains(Dialect.ANTHROPIC_VERSION);
    }

    /**
     * Turns a request away in the shape of the dialect of its path. Answers once the body has come
     * and is dropped: a client still sending would see a reset.
     */
    public static void refuse(RoutingContext context, CortexException error) {
        HttpServerRequest request = context.request();
        boolean held = UnreadBody.held(request);
        Dialect dialect = Dialect.of(context.normalizedPath(), anthropic(request));
        UnreadBody.dropped(request)
                .compose(_ -> Responses.send(context.response(), error, dialect))
                .onComplete(_ -> {
                    // a body that was held back may come yet, and would be the next request
                    if (held && request.version() != HttpVersion.HTTP_2) {
                        request.connection().close();
                    }
                });
    }
}
