package dev.aicortex.ollama;

import dev.aicortex.config.CortexConfig;
import dev.aicortex.model.ServerUrl;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Objects;
import java.util.stream.Stream;

/** The same calls for a thread that waits. */
@ApplicationScoped
public class GuardedControl implements ControlApi {
    private final ControlCalls calls;
    private final Duration limit;

    GuardedControl(ControlCalls calls, CortexConfig config) {
        this.calls = calls;
        this.limit = config.health().timeout().plusSeconds(1); // the calls' own time-out is first
    }

    @Override
    public TagList tags(ServerUrl server) {
        return await(calls.tags(server));
    }

    @Override
    public ModelDetails show(ServerUrl server, String model) {
        return await(calls.show(server, model));
    }

    @Override
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
        return Stream.iterate(failure, Objects::nonNull, Throwable::getCause)
                .anyMatch(InterruptedException.class::isInstance);
    }
}
