package dev.aicortex.ollama;

import dev.aicortex.config.CortexConfig;
import dev.aicortex.model.ServerUrl;
import io.smallrye.mutiny.TimeoutException;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Objects;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.eclipse.microprofile.rest.client.inject.RestClient;
import org.jspecify.annotations.Nullable;

/** The declarative client, each call under its server's guard. */
@ApplicationScoped
public class GuardedControl implements ControlApi {
    private final OllamaApi api;
    private final Duration limit;

    GuardedControl(@RestClient OllamaApi api, CortexConfig config) {
        this.api = api;
        this.limit = config.health().timeout().plusSeconds(1); // the guard's own time-out is first
    }

    @Override
    public TagList tags(ServerUrl server) {
        return await(server, api::tags);
    }

    @Override
    public ModelDetails show(ServerUrl server, String model) {
        OllamaApi.ShowRequest request = new OllamaApi.ShowRequest(model);
        return await(server, (url, authorization) -> api.show(url, authorization, request));
    }

    @Override
    public RunningList running(ServerUrl server) {
        return await(server, api::running);
    }

    private <T> T await(ServerUrl server, BiFunction<String, @Nullable String, Uni<T>> call) {
        try {
            return ControlGuards.ask(server, call).await().atMost(limit);
        } catch (TimeoutException e) {
            throw new UnreachableException("no answer in time", e);
        } catch (UnreachableException e) {
            throw e;
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
