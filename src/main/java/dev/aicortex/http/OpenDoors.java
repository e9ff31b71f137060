package dev.aicortex.http;

import io.vertx.core.http.HttpMethod;
import java.util.Set;
import java.util.function.Predicate;

/**
 * What needs no key: that the gateway is there, how it is, and what guards itself. Everything else
 * does, so a new route is closed until it stands here.
 */
final class OpenDoors {
    private static final Set<String> TO_LOOK_AT = Set.of("/", "/api/version", "/health", "/config");

    /** The probes and figures of an orchestrator; the routes with a token of their own. */
    private static final Set<String> TREES = Set.of("/q", "/admin");

    private OpenDoors() {}

    /**
     * Whether a request may pass without a key.
     *
     * @param path in the normal form that routes are matched by
     */
    static boolean lead(HttpMethod method, String path) {
        boolean looks = method.equals(HttpMethod.GET) || method.equals(HttpMethod.HEAD);
        return (looks && TO_LOOK_AT.contains(path)) || TREES.stream().anyMatch(in(path));
    }

    private static Predicate<String> in(String path) {
        return tree -> path.equals(tree) || path.startsWith(tree + "/");
    }
}
