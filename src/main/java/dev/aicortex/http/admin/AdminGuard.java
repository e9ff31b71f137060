package dev.aicortex.http.admin;

import dev.aicortex.config.CortexConfig;
import io.vertx.core.http.HttpServerRequest;
import jakarta.enterprise.inject.Instance;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.Provider;
import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Answers 403 to whoever may not use a route of {@link AdminOnly}. */
@Provider
@AdminOnly
public class AdminGuard implements ContainerRequestFilter {
    private static final String REMEDY =
            "{\"error\":\"/admin answers this machine alone, or the bearer of cortex.admin-token;"
                    + " send it as Authorization: Bearer\"}";

    private static final List<String> FORWARDING =
            List.of("Forwarded", "Via", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP");

    /** Asked at each request: filters are made before the configuration of the run is there. */
    private final Instance<CortexConfig> config;

    private final HttpServerRequest request;

    AdminGuard(Instance<CortexConfig> config, HttpServerRequest request) {
        this.config = config;
        this.request = request;
    }

    @Override
    public void filter(ContainerRequestContext context) {
        AdminAccess access =
                new AdminAccess(
                        peer(),
                        request.getHeader("Host"),
                        request.getHeader("Origin"),
                        request.getHeader("Authorization"),
                        FORWARDING.stream().anyMatch(request.headers()::contains));
        if (!access.allowed(config.get().adminToken())) {
            context.abortWith(
                    Response.status(Response.Status.FORBIDDEN)
                            .type(MediaType.APPLICATION_JSON_TYPE)
                            .entity(REMEDY)
                            .build());
        }
    }

    /** The connection's, not the request's, which forwarded-for headers may have changed. */
    private @Nullable InetAddress peer() {
        String address = request.connection().remoteAddress().hostAddress();
        return address == null ? null : InetAddress.ofLiteral(address);
    }
}
