package dev.aicortex.ollama;

import dev.aicortex.config.CortexConfig;
import dev.aicortex.model.ServerUrl;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;

/**
 * {@link ControlCalls} on the calling thread, which waits: for virtual threads. Every method fails
 * with {@link UnreachableException} alone.
 */
@ApplicationScoped
public class ControlApi {
    private final ControlCalls calls;
    private final Duration limit;

    ControlApi(ControlCalls calls, CortexConfig config) {
        this.calls = calls;
        this.limit = config.health().timeout().plusSeconds(1); // the calls' own time-out is first
    }

    /** {@code GET /api/tags}: the models that it holds. */
    public TagList tags(ServerUrl server) {
        return await(calls.tags(server));
    }

    /** {@code POST /api/show}: one model in detail. */
    public ModelDetails show(ServerUrl server, String model) {
        return await(calls.show(server, model));
    }

    /** {@code GET /api/ps}: the models that are in its memory. */
    public RunningList running(ServerUrl server) {
        return await(calls.running(server));
    }

    private <T> T await(Uni<T> call) {
        try {
            return call.await().atMost(limit);
        } catch (RuntimeException e) {
            if (interrupted(e)) {
                throw e;
            }
            throw UnreachableException.of(e); // whatever it sent, it concerns this server alone
        }
    }

    /** The gateway stops: that is nothing to say of a server. */
    private static boolean interrupted(Throwable failure) {
        return FailureText.causes(failure).anyMatch(InterruptedException.class::isInstance);
    }
}
