package dev.aicortex.http;

import dev.aicortex.gateway.request.Caller;
import dev.aicortex.model.AccessException;
import dev.aicortex.model.Sha256;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Asks for a key before every route but those that are open. It holds digests, so that nothing can
 * print a secret.
 */
final class KeyGuard {
    private static final String REMEDY =
            "; send one of cortex.keys as Authorization: Bearer or as x-api-key";

    private static final Set<String> TO_LOOK_AT = Set.of("/", "/api/version", "/health", "/config");

    /** The probes and figures of an orchestrator; the routes with a token of their own. */
    private static final Set<String> TREES = Set.of("/q", "/admin");

    /** The first group is there for a bearer. */
    private static final Pattern AUTHORIZATION = Pattern.compile("(?is)(?:(bearer)|basic) (.*)");

    private volatile Map<String, byte[]> digests;

    /**
     * @param secrets by name, from {@code cortex.keys}
     */
    KeyGuard(Map<String, String> secrets) {
        this.digests = digests(secrets);
    }

    /** Other keys count from now on. */
    void take(Map<String, String> secrets) {
        digests = digests(secrets);
    }

    private static Map<String, byte[]> digests(Map<String, String> secrets) {
        Map<String, byte[]> digests = new LinkedHashMap<>();
        secrets.forEach((name, secret) -> digests.put(name, digest(secret)));
        return digests;
    }

    void check(RoutingContext context) {
        HttpServerRequest request = context.request();
        if (digests.isEmpty() || open(request.method(), context.normalizedPath())) {
            context.next();
            return;
        }
        List<String> sent =
                sent(request.getHeader("Authorization"), request.getHeader("x-api-key"));
        Optional<String> name = nameOf(sent);
        if (name.isPresent()) {
            Caller.is(context, name.get());
            context.next();
            return;
        }
        String problem =
                sent.isEmpty() ? "this gateway asks for a key" : "the key is not known here";
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

    /** The secrets in a request's two headers; never blank ones. */
    static List<String> sent(@Nullable String authorization, @Nullable String apiKey) {
        return Stream.of(secret(authorization), Optional.ofNullable(apiKey))
                .flatMap(Optional::stream)
                .map(String::strip)
                .filter(secret -> !secret.isEmpty())
                .toList();
    }

    private static Optional<String> secret(@Nullable String authorization) {
        Matcher header = AUTHORIZATION.matcher(Objects.requireNonNullElse(authorization, ""));
        if (!header.matches()) {
            return Optional.empty();
        }
        String value = header.group(2);
        return header.group(1) == null ? password(value.strip()) : Optional.of(value);
    }

    /** What stands behind the first colon; the user's name does not matter. */
    private static Optional<String> password(String base64) {
        try {
            String both = new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
            int colon = both.indexOf(':');
            return colon < 0 ? Optional.empty() : Optional.of(both.substring(colon + 1));
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    /** The name of the first of these secrets that is a key; empty when none is. */
    Optional<String> nameOf(List<String> sent) {
        return sent.stream().flatMap(secret -> name(secret).stream()).findFirst();
    }

    /** Compares every key, in a time that tells neither which was meant nor how much was right. */
    private Optional<String> name(String secret) {
        byte[] digest = digest(secret);
        return digests.entrySet().stream()
                .filter(key -> MessageDigest.isEqual(digest, key.getValue()))
                .map(Map.Entry::getKey)
                .reduce((_, last) -> last);
    }

    private static byte[] digest(String secret) {
        return Sha256.of(secret).getBytes(StandardCharsets.US_ASCII);
    }
}
