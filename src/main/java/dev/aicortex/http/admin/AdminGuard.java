package dev.aicortex.http.admin;

import dev.aicortex.config.CortexConfig;
import dev.aicortex.keys.ApiKey;
import dev.aicortex.keys.KeyRing;
import dev.aicortex.keys.Secrets;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.inject.Instance;
import jakarta.ws.rs.NameBinding;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.Provider;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Answers 403 to whoever may not use a route that is {@link AdminOnly}. */
@Provider
@AdminGuard.AdminOnly
public class AdminGuard implements ContainerRequestFilter {
    /** What only an operator may do. */
    @NameBinding
    @Retention(RetentionPolicy.RUNTIME)
    @Target({ElementType.TYPE, ElementType.METHOD})
    public @interface AdminOnly {}

    private static final String REMEDY =
            "{\"error\":\"/admin answers this machine alone, or the bearer of cortex.admin-token"
                    + " or of a key with the role admin; send it as Authorization: Bearer\"}";

    private static final String BY_KEY = "cortex.by-key";

    private static final List<String> FORWARDING =
            List.of("Forwarded", "Via", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP");

    /** Asked at each request: filters are made before the configuration of the run is there. */
    private final Instance<CortexConfig> config;

    private final Instance<KeyRing> ring;
    private final RoutingContext routing;

    AdminGuard(Instance<CortexConfig> config, Instance<KeyRing> ring, RoutingContext routing) {
        this.config = config;
        this.ring = ring;
        this.routing = routing;
    }

    /** From now on the key alone says what its bearer may, on this machine too. */
    public static void goByKey(RoutingContext context) {
        context.put(BY_KEY, true);
    }

    @Override
    public void filter(ContainerRequestContext context) {
        KeyRing keys = ring.get();
        if (allows(routing, config.get(), keys)) {
            return;
        }
        List<String> sent = sent(routing.request());
        if (!(keys.identify(sent) instanceof KeyRing.Identity.Known)
                && !keys.known()
                && !sent.isEmpty()) {
            throw keys.unread();
        }
        refuse(context);
    }

    private static List<String> sent(HttpServerRequest request) {
        return Secrets.sent(request.getHeader("Authorization"), request.getHeader("x-api-key"));
    }

    private static void refuse(ContainerRequestContext context) {
        context.abortWith(
                Response.status(Response.Status.FORBIDDEN)
                        .type(MediaType.APPLICATION_JSON_TYPE)
                        .entity(REMEDY)
                        .build());
    }

    /**
     * Whether whoever sent this may use {@code /admin} at this moment: a key may be revoked while
     * it is answered.
     *
     * @param routing of the request; a proxy of it only while that runs
     */
    public static boolean allows(RoutingContext routing, CortexConfig config, KeyRing ring) {
        HttpServerRequest request = routing.request();
        return (routing.get(BY_KEY) == null && allows(request, config))
                || (ring.identify(sent(request)) instanceof KeyRing.Identity.Known(ApiKey key)
                        && key.grant().administers());
    }

    /** Whether whoever sent this may use {@code /admin} without a key. */
    public static boolean allows(HttpServerRequest request, CortexConfig config) {
        // the connection's address, not the request's, which forwarded-for headers may have changed
        String peer = request.connection().remoteAddress().hostAddress();
        Access access =
                new Access(
                        peer == null ? null : InetAddress.ofLiteral(peer),
                        request.getHeader("Host"),
                        request.getHeader("Origin"),
                        request.getHeader("Authorization"),
                        FORWARDING.stream().anyMatch(request.headers()::contains));
        return access.allowed(config.adminToken());
    }

    /**
     * Who may use {@code /admin} without a key; pure. Either the bearer of the token, from
     * anywhere, or somebody on this machine who names this machine: a page that a browser here
     * shows comes with a foreign {@code Origin}, and a name that an attacker points at loopback
     * with a foreign {@code Host}.
     *
     * @param peer the other end of the connection itself, whatever headers say
     * @param host the {@code Host} header
     * @param origin the {@code Origin} header
     * @param authorization the {@code Authorization} header
     * @param forwarded whether a proxy says that it hands the request on: then the peer is the
     *     proxy
     */
    record Access(
            @Nullable InetAddress peer,
            @Nullable String host,
            @Nullable String origin,
            @Nullable String authorization,
            boolean forwarded) {
        private static final String BEARER = "bearer ";
        private static final Pattern LOOPBACK =
                Pattern.compile(
                        "(localhost|[a-z0-9-]+\\.localhost|127(\\.\\d{1,3}){3}|\\[::1])(:\\d{1,5})?");

        boolean allowed(Optional<String> token) {
            return token.filter(text -> !text.isBlank()).filter(this::carries).isPresent()
                    || (fromThisMachine() && ownOrigin());
        }

        /** In a time that does not tell how much of the token was right. */
        private boolean carries(String token) {
            if (authorization == null
                    || !authorization.toLowerCase(Locale.ROOT).startsWith(BEARER)) {
                return false;
            }
            String sent = authorization.substring(BEARER.length()).strip();
            return MessageDigest.isEqual(
                    sent.getBytes(StandardCharsets.UTF_8), token.getBytes(StandardCharsets.UTF_8));
        }

        private boolean fromThisMachine() {
            return !forwarded
                    && peer != null
                    && peer.isLoopbackAddress()
                    && host != null
                    && LOOPBACK.matcher(host.toLowerCase(Locale.ROOT)).matches();
        }

        /** None, or the very page that this gateway serves. */
        private boolean ownOrigin() {
            if (origin == null) {
                return true;
            }
            try {
                String authority = new URI(origin).getRawAuthority();
                return authority != null && authority.equalsIgnoreCase(host);
            } catch (URISyntaxException _) {
                return false;
            }
        }
    }
}
