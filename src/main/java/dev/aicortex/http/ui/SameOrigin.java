package dev.aicortex.http.ui;

import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Whether the page itself sends a request, by what its browser says: a page of somebody else may
 * have it sent too, and the browser would add the cookie (CSRF). Pure.
 *
 * @param reads whether the request changes nothing by its method
 * @param tls whether it came by TLS
 * @param host the {@code Host} header
 * @param origin the {@code Origin} header, which browsers leave out when they read
 * @param site the {@code Sec-Fetch-Site} header, which browsers send over TLS and to this machine
 */
record SameOrigin(
        boolean reads,
        boolean tls,
        @Nullable String host,
        @Nullable String origin,
        @Nullable String site) {
    static SameOrigin of(RoutingContext context) {
        var request = context.request();
        return new SameOrigin(
                PageRoutes.reads(context),
                request.isSSL(),
                request.getHeader(HttpHeaders.HOST),
                request.getHeader(HttpHeaders.ORIGIN),
                request.getHeader("Sec-Fetch-Site"));
    }

    /** Why the request is refused; empty when it is the page's own. */
    Optional<String> problem() {
        if (site != null && !site.equals("same-origin") && !(reads && site.equals("none"))) {
            return Optional.of("another web page sent this (Sec-Fetch-Site: %s)".formatted(site));
        }
        if (origin == null) {
            return reads
                    ? Optional.empty()
                    : Optional.of("the browser did not say which page sent this (Origin)");
        }
        return own(origin)
                ? Optional.empty()
                : Optional.of(
                        "Origin '%s' is not the address that is asked, Host '%s'; a proxy in front has to pass Host on as it came"
                                .formatted(origin, host));
    }

    /** A proxy in front may speak TLS where we do not; never the other way round. */
    private boolean own(String origin) {
        return host != null
                && (origin.equalsIgnoreCase("https://" + host)
                        || (!tls && origin.equalsIgnoreCase("http://" + host)));
    }

    /** Whether the browser itself speaks TLS. */
    boolean secure() {
        return tls || (origin != null && origin.regionMatches(true, 0, "https:", 0, 6));
    }
}
