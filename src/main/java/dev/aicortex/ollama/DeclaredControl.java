package dev.aicortex.ollama;

import dev.aicortex.config.CortexConfig;
import dev.aicortex.model.ServerUrl;
import io.smallrye.common.annotation.Identifier;
import io.smallrye.faulttolerance.api.Guard;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.inject.Produces;
import jakarta.enterprise.inject.spi.CDI;
import jakarta.ws.rs.WebApplicationException;
import java.net.URI;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import org.eclipse.microprofile.rest.client.RestClientBuilder;
import org.eclipse.microprofile.rest.client.inject.RestClient;
import org.eclipse.microprofile.rest.client.spi.RestClientListener;
import org.jboss.resteasy.reactive.client.impl.VertxRequestCustomizingClientBuilder;
import org.jspecify.annotations.Nullable;

/**
 * The declarative client, each call under its server's guard. Control calls have a breaker of their
 * own: a probe must reach a server that requests avoid.
 */
@ApplicationScoped
public class DeclaredControl implements ControlCalls {
    /** The client's interceptor asks for the guard at each call, on the thread that calls. */
    private static final ScopedValue<ServerUrl> CURRENT = ScopedValue.newInstance();

    /** In milliseconds: a server that has just come is probed each second. */
    private static final long LONGEST_REST = 500;

    private final Map<URI, Guard> guards = new ConcurrentHashMap<>();
    private final CortexConfig config;
    private final OllamaApi api;
    private final PooledControl pooled;

    /** Has the declarative client bound what it reads and believe the servers' certificates. */
    public static final class Setup implements RestClientListener {
        @Override
        public void onNewClient(Class<?> type, RestClientBuilder builder) {
            if (type == OllamaApi.class) {
                CortexConfig config = CDI.current().select(CortexConfig.class).get();
                ServerAccess access = CDI.current().select(ServerAccess.class).get();
                var client = (VertxRequestCustomizingClientBuilder<?>) builder;
                client.httpClientRequestCustomizer(
                        request -> ControlAnswers.bound(request, config));
                client.httpClientOptionsCustomizer(access::secure);
            }
        }
    }

    DeclaredControl(@RestClient OllamaApi api, OllamaConnections connections, CortexConfig config) {
        this.config = config;
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

    @Override
    public void forget(ServerUrl server) {
        guards.remove(server.base());
    }

    /** The declarative client takes a {@code java.net.URI}: no underscore, no zone. */
    private static boolean spellable(ServerUrl server) {
        return server.base().getHost() != null && server.host().equals(server.name());
    }

    private static <T> Uni<T> guarded(
            ServerUrl server, BiFunction<String, @Nullable String, Uni<T>> call) {
        String authorization = server.authorization().orElse(null);
        return ScopedValue.where(CURRENT, server)
                .call(() -> call.apply(server.toString(), authorization))
                .onItem()
                .ifNull()
                .failWith(() -> new UnreachableException("its answer is empty"));
    }

    /** Of the server that is being called. */
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
                .requestVolumeThreshold(config.breaker().window())
                .failureRatio(1.0)
                .when(failure -> !refused(failure))
                .delay(
                        Math.min(config.health().recoveryInterval().toMillis() / 2, LONGEST_REST),
                        ChronoUnit.MILLIS)
                .done()
                .build();
    }
}
