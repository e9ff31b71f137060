package dev.aicortex.ollama;

import dev.aicortex.config.CortexConfig;
import dev.aicortex.model.ServerUrl;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.function.BiFunction;
import org.eclipse.microprofile.rest.client.inject.RestClient;
import org.jspecify.annotations.Nullable;

/** The declarative client, each call under its server's guard. */
@ApplicationScoped
public class DeclaredControl implements ControlCalls {
    private final OllamaApi api;
    private final PooledControl pooled;

    DeclaredControl(@RestClient OllamaApi api, OllamaConnections connections, CortexConfig config) {
        this.api = api;
        this.pooled = new PooledControl(connections, config);
    }

    @Override
    public Uni<TagList> tags(ServerUrl server) {
        return spellable(server) ? guarded(server, api::tags) : pooled.tags(server);
    }

    @Override
    public Uni<RunningList> running(ServerUrl server) {
        return spellable(server) ? guarded(server, api::running) : pooled.running(server);
    }

    @Override
    public Uni<ModelDetails> show(ServerUrl server, String model) {
        OllamaApi.ShowRequest request = new OllamaApi.ShowRequest(model);
        return spellable(server)
                ? guarded(server, (url, authorization) -> api.show(url, authorization, request))
                : pooled.show(server, model);
    }

    @Override
    public Uni<OllamaApi.Version> version(ServerUrl server) {
        return spellable(server) ? guarded(server, api::version) : pooled.version(server);
    }

    /** The declarative client takes a {@code java.net.URI}: no underscore, no zone. */
    private static boolean spellable(ServerUrl server) {
        return server.base().getHost() != null && server.host().equals(server.name());
    }

    private static <T> Uni<T> guarded(
            ServerUrl server, BiFunction<String, @Nullable String, Uni<T>> call) {
        String authorization = server.authorization().orElse(null);
        return ControlGuards.on(server, () -> call.apply(server.toString(), authorization))
                .onItem()
                .ifNull()
                .failWith(() -> new UnreachableException("its answer is empty", null));
    }
}
