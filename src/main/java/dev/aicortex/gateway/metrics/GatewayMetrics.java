package dev.aicortex.gateway.metrics;

import dev.aicortex.fleet.Facts;
import dev.aicortex.fleet.Outcome;
import dev.aicortex.fleet.Pool;
import dev.aicortex.fleet.Server;
import dev.aicortex.model.Dialect;
import dev.aicortex.model.ModelName;
import dev.aicortex.relay.Ending;
import dev.aicortex.relay.Usage;
import dev.aicortex.routing.Ask;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** What requests and attempts came to, counted per server. */
@ApplicationScoped
public class GatewayMetrics {
    private final MeterRegistry registry;
    private final Fallbacks fallbacks;
    private final RoutingMetrics routing;
    private final Map<Key, Counter> counters = new ConcurrentHashMap<>();
    private final Map<Kind, Timer> timers = new ConcurrentHashMap<>();

    private final Map<Tokens, Counter> tokenCounters = new ConcurrentHashMap<>();

    /** Only models that a server holds come this far, so that there are not ever more of them. */
    private record Tokens(Server server, ModelName model, String kind) {}

    private record Kind(Dialect dialect, boolean stream) {}

    /** Looking a meter up by its tags costs more than counting, so the meters are kept. */
    private record Key(String name, Object label, Class<?> kind) {}

    GatewayMetrics(MeterRegistry registry) {
        this.registry = registry;
        this.fallbacks = new Fallbacks(registry, Clock.systemUTC());
        this.routing = new RoutingMetrics(registry);
    }

    public void attempt(Server server, Outcome outcome) {
        count("cortex.attempts", "server", server, outcome.getClass());
    }

    public void ended(Server server, Ending ending) {
        count("cortex.answers", "server", server, ending.getClass());
    }

    /** What an answer cost, as its server counted it. */
    public void tokens(Server server, ModelName model, Usage usage) {
        tokens(server, model, "prompt", usage.prompt());
        tokens(server, model, "completion", usage.completion());
    }

    private void tokens(Server server, ModelName model, String kind, long tokens) {
        if (tokens > 0) {
            tokenCounters
                    .computeIfAbsent(new Tokens(server, model, kind), this::tokenCounter)
                    .increment((double) tokens);
        }
    }

    private Counter tokenCounter(Tokens tokens) {
        return Counter.builder("cortex.tokens")
                .description("Tokens as the servers counted them")
                .tag("server", tokens.server.toString())
                .tag("model", tokens.model.canonical())
                .tag("kind", tokens.kind)
                .register(registry);
    }

    /** A server was chosen; another content than the one that is served may have to answer. */
    public RoutingMetrics.Choice chosen(
            ModelName model, Pool pool, Server server, Ask ask, Facts facts) {
        if (pool.fallback()) {
            fallbacks.of(model, pool);
        }
        return routing.chosen(server, ask, facts);
    }

    /** A server read less of a prompt than it was sent. */
    public void truncated(ModelName model) {
        registry.counter("cortex.truncated", "model", model.canonical()).increment();
    }

    /** Another server went on with a stream that broke off, or none did. */
    public void resumption(String result) {
        registry.counter("cortex.resumptions", "result", result).increment();
    }

    /** A second server was asked and won or lost, or was denied. */
    public void hedge(String result) {
        registry.counter("cortex.hedges", "result", result).increment();
    }

    /** A request over HTTP has come to its end. */
    public void request(Dialect dialect, boolean streamed, long elapsedNanos) {
        timers.computeIfAbsent(
                        new Kind(dialect, streamed),
                        kind ->
                                Timer.builder("cortex.requests")
                                        .description("Inference requests, from arrival to end")
                                        .tag("dialect", word(kind.dialect().name()))
                                        .tag("stream", Boolean.toString(kind.stream()))
                                        .register(registry))
                .record(elapsedNanos, TimeUnit.NANOSECONDS);
    }

    private void count(String name, String tag, Object label, Class<?> kind) {
        counters.computeIfAbsent(
                        new Key(name, label, kind),
                        key ->
                                Counter.builder(name)
                                        .tag(tag, label.toString())
                                        .tag("outcome", word(kind.getSimpleName()))
                                        .register(registry))
                .increment();
    }

    /** {@code ClientGone} as {@code client_gone}. */
    private static String word(String name) {
        return name.replaceAll("(?<=[a-z])(?=[A-Z])", "_").toLowerCase(Locale.ROOT);
    }
}
