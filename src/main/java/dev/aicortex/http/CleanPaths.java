package dev.aicortex.http;

import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.regex.Pattern;

/**
 * Serves a path that has slashes too many as the one that was meant: a client that is given a base
 * URL with one at its end makes such, and follows no redirect with a POST.
 */
@ApplicationScoped
class CleanPaths {
    /** Before everything else, which then sees the path that was meant. */
    private static final int FIRST = 20_000;

    private static final Pattern SLASHES = Pattern.compile("/{2,}");
    private static final Pattern AT_THE_END = Pattern.compile("(?<=.)/+$");

    /** Elsewhere there are pages, for which a slash at the end means a folder. */
    private static final Pattern API = Pattern.compile("/(v1|api|models|catalogue)(/.*)?");

    void register(@Observes Filters filters) {
        filters.register(CleanPaths::check, FIRST);
    }

    private static void check(RoutingContext context) {
        HttpServerRequest request = context.request();
        String path = request.path();
        if (path == null || isPlain(path)) {
            context.next();
            return;
        }
        String clean = clean(path);
        if (clean.equals(path)) {
            context.next();
        } else {
            context.reroute(request.query() == null ? clean : clean + "?" + request.query());
        }
    }

    private static boolean isPlain(String path) {
        return !path.endsWith("/") && !path.contains("//");
    }

    /** The path that was meant; what is percent-encoded stays so. */
    static String clean(String path) {
        String single = SLASHES.matcher(path).replaceAll("/");
        return API.matcher(single).matches() ? AT_THE_END.matcher(single).replaceFirst("") : single;
    }
}
