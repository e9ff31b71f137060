package dev.aicortex.ollama;

import dev.aicortex.config.CortexConfig;
import dev.aicortex.model.ServerUrl;
import io.smallrye.common.annotation.Identifier;
import io.smallrye.faulttolerance.api.Guard;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.inject.Produces;
import jakarta.ws.rs.WebApplicationException;
import java.net.URI;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * Gives the declarative client the guard of the server that it is about to call. The interceptor
 * asks for the guard on the calling thread at each call, so a scoped value names the server.
 * Control calls have a breaker of their own: a probe must reach a server that requests avoid.
 */
@ApplicationScoped
public class ControlGuards {
    private static final ScopedValue<ServerUrl> CURRENT = ScopedValue.newInstance();

    private final Map<URI, Guard> guards = new ConcurrentHashMap<>();
    private final CortexConfig config;

    ControlGuards(CortexConfig config) {
        this.config = config;
    }

    /** Runs a control call with the guard of {@code server}. */
    static <T> T on(ServerUrl server, Supplier<T> call) {
        return ScopedValue.where(CURRENT, server).call(call::get);
    }

    @Produces
    @Dependent
    @Identifier("ollama")
    Guard current() {
        return guards.computeIfAbsent(CURRENT.get().base(), this::guard);
    }

    /** A server that does not know a route or a model answers well. */
    private static boolean refused(Throwable failure) {
        return failure instanceof WebApplicationException answer
                && answer.getResponse().getStatus() < 500;
    }

    private Guard guard(URI server) {
        return Guard.create()
                .withDescription("control " + server)
                .withThreadOffload(false)
                .withTimeout()
                .duration(config.health().timeout().toMillis(), ChronoUnit.MILLIS)
                .done()
                .withCircuitBreaker()
                .name("control " + server)
                .requestVolumeThreshold(config.breaker().window())
                .failureRatio(1.0)
                .when(failure -> !refused(failure))
                .delay(config.health().recoveryInterval().toMillis() / 2, ChronoUnit.MILLIS)
                .done()
                .build();
    }
}
