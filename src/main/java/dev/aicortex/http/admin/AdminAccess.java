package dev.aicortex.http.admin;

import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Who may use {@code /admin}; pure. Either the bearer of the token, from anywhere, or somebody on
 * this machine who names this machine: a page that a browser here shows comes with a foreign {@code
 * Origin}, and a name that an attacker points at loopback with a foreign {@code Host}.
 *
 * @param peer the other end of the connection itself, whatever headers say
 * @param host the {@code Host} header
 * @param origin the {@code Origin} header
 * @param authorization the {@code Authorization} header
 * @param forwarded whether a proxy says that it hands the request on: then the peer is the proxy
 */
record AdminAccess(
        @Nullable InetAddress peer,
        @Nullable String host,
        @Nullable String origin,
        @Nullable String authorization,
        boolean forwarded) {
    private static final String BEARER = "bearer ";
    private static final Pattern LOOPBACK =
            Pattern.compile("localhost|[a-z0-9-]+\\.localhost|127(\\.\\d{1,3}){3}|\\[::1]");
    private static final Pattern PORT = Pattern.compile(":\\d{1,5}$");

    boolean allowed(Optional<String> token) {
        return token.filter(text -> !text.isBlank()).filter(this::carries).isPresent() || local();
    }

    /** In a time that does not tell how much of the token was right. */
    private boolean carries(String token) {
        if (authorization == null || !authorization.toLowerCase(Locale.ROOT).startsWith(BEARER)) {
            return false;
        }
        byte[] sent =
                authorization.substring(BEARER.length()).strip().getBytes(StandardCharsets.UTF_8);
        return MessageDigest.isEqual(sent, token.getBytes(StandardCharsets.UTF_8));
    }

    private boolean local() {
        return !forwarded
                && peer != null
                && peer.isLoopbackAddress()
                && loopbackHost()
                && ownOrigin();
    }

    private boolean loopbackHost() {
        return host != null && LOOPBACK.matcher(withoutPort(host)).matches();
    }

    private static String withoutPort(String authority) {
        return PORT.matcher(authority.toLowerCase(Locale.ROOT)).replaceFirst("");
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
