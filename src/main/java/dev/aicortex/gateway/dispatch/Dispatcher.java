package dev.aicortex.gateway.dispatch;

import dev.aicortex.config.CortexConfig;
import dev.aicortex.config.Values;
import dev.aicortex.fleet.Fleet;
import dev.aicortex.fleet.Wakes;
import dev.aicortex.gateway.calls.Looks;
import dev.aicortex.gateway.metrics.GatewayMetrics;
import dev.aicortex.gateway.rewrite.ContextLength;
import dev.aicortex.gateway.rewrite.Continuations;
import dev.aicortex.gateway.rewrite.Plans;
import dev.aicortex.gateway.tracing.RequestTrace;
import dev.aicortex.gateway.tracing.Tracing;
import dev.aicortex.gateway.watch.Watch;
import dev.aicortex.model.CortexException;
import dev.aicortex.model.ServerException;
import dev.aicortex.ollama.OllamaConnections;
import dev.aicortex.usage.AccessLog;
import dev.aicortex.usage.UsageLog;
import dev.aicortex.usage.UsageRecord;
import io.vertx.core.Vertx;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/** Begins the life of requests, and holds what they share. */
@Singleton
public class Dispatcher {
    private static final Logger LOG = Logger.getLogger(Dispatcher.class);

    final Vertx vertx;
    final CortexConfig config;
    final Fleet fleet;
    final OllamaConnections connections;
    final Selection selection;
    final Queue queue;
    final Looks looks;
    final Hedging hedging;
    final GatewayMetrics metrics;
    final Plans plans;
    final PromptReader prompts;
    final ContextLength lengths;
    final Continuations continuations;
    final Unloading unloading;
    final Tracing tracing;
    private final Watch watch;
    private final UsageLog usage;
    private final AccessLog access;
    final Wakes wakes;
    private final Instance<MissingModels> missing;

    /** For the whole of a request; empty = any time. */
    final Optional<Duration> total;

    Dispatcher(
            Vertx vertx,
            CortexConfig config,
            Fleet fleet,
            OllamaConnections connections,
            Selection selection,
            Queue queue,
            Looks looks,
            Hedging hedging,
            GatewayMetrics metrics,
            Plans plans,
            PromptReader prompts,
            ContextLength lengths,
            Continuations continuations,
            Unloading unloading,
            UsageLog usage,
            AccessLog access,
            Tracing tracing,
            Watch watch,
            Wakes wakes,
            Instance<MissingModels> missing) {
        this.vertx = vertx;
        this.config = config;
        this.fleet = fleet;
        this.connections = connections;
        this.selection = selection;
        this.queue = queue;
        this.looks = looks;
        this.hedging = hedging;
        this.metrics = metrics;
        this.plans = plans;
        this.prompts = prompts;
        this.lengths = lengths;
        this.continuations = continuations;
        this.unloading = unloading;
        this.usage = usage;
        this.access = access;
        this.tracing = tracing;
        this.watch = watch;
        this.wakes = wakes;
        this.missing = missing;
        this.total = Values.orOff(config.totalTimeout());
    }

    /**
     * A request has arrived; must be called on its event loop.
     *
     * @param whenOver runs when its client has been told all, however it ended
     */
    public Dispatch begin(Client client, Consumer<Dispatch> whenOver) {
        RequestTrace collected = tracing.begin(client.http(), client.account().route());
        return begin(client, watch.follow(collected), whenOver);
    }

    /** The same for a part of another request, whose trace its attempts belong to. */
    public Dispatch begin(Client client, RequestTrace trace, Consumer<Dispatch> whenOver) {
        return new Dispatch(this, client, trace, whenOver);
    }

    /** A request has come to its end. */
    void ended(Client client, RequestTrace trace, UsageRecord record) {
        usage.add(record);
        metrics.ended(record);
        if (access.wanted()) {
            access.add(client.id(), record);
        }
        trace.ended(client.id(), record);
    }

    /** What brings models that no server holds; empty unless that is wanted. */
    Optional<MissingModels> missing() {
        return config.pull().missing() ? Optional.of(missing.get()) : Optional.empty();
    }

    /** What a client is told of a failure; one that is ours is logged. */
    public static CortexException known(Throwable failure) {
        if (failure instanceof CortexException known) {
            return known;
        }
        LOG.error("a request failed in the gateway itself", failure);
        return ServerException.exhausted("the gateway failed; its log says why");
    }
}
