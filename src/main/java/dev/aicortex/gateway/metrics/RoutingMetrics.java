package dev.aicortex.gateway.metrics;

import dev.aicortex.config.Policy;
import dev.aicortex.fleet.Facts;
import dev.aicortex.fleet.Outcome;
import dev.aicortex.fleet.Server;
import dev.aicortex.routing.Ask;
import dev.aicortex.routing.Expectation;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** What choices of servers rested on, and how it came out. */
public final class RoutingMetrics {
    private final MeterRegistry registry;
    private final Map<Policy, Counter> choices = new EnumMap<>(Policy.class);
    private final Counter cached;
    private final Counter uncached;
    private final Map<Server, OfServer> servers = new ConcurrentHashMap<>();

    /**
     * Looking a meter up by its tags costs more than counting, so the meters are kept.
     *
     * @param expected until the first token, of the streams that {@code came} counts
     */
    private record OfServer(Counter cold, Timer expected, Timer came) {}

    RoutingMetrics(MeterRegistry registry) {
        this.registry = registry;
        for (Policy policy : Policy.values()) {
            choices.put(policy, choices(policy));
        }
        this.cached = promptBytes("true");
        this.uncached = promptBytes("false");
    }

    private Counter choices(Policy policy) {
        return Counter.builder("cortex.routing.choices")
                .description("Servers chosen, by the policy that did")
                .tag("policy", policy.word())
                .register(registry);
    }

    private Counter promptBytes(String cached) {
        return Counter.builder("cortex.routing.prompt.bytes")
                .description(
                        "Bytes of prompts, by whether the chosen server should have them cached")
                .tag("cached", cached)
                .register(registry);
    }

    private OfServer meters(Server server) {
        String url = server.toString();
        return new OfServer(
                Counter.builder("cortex.routing.cold")
                        .description("Requests for a model that the chosen server had to load")
                        .tag("server", url)
                        .register(registry),
                Timer.builder("cortex.routing.expected")
                        .description("Until the first token of a stream, as expected of the server")
                        .tag("server", url)
                        .register(registry),
                Timer.builder("cortex.routing.first.token")
                        .description("Until the first token of the same streams, as it came")
                        .tag("server", url)
                        .register(registry));
    }

    /** A server was chosen, and is asked now. */
    Choice chosen(Server server, Ask ask, Facts facts) {
        long bytes = ask.prompt().bytes();
        Objects.requireNonNull(choices.get(ask.policy())).increment();
        cached.increment((double) facts.cachedBytes());
        uncached.increment((double) (bytes - facts.cachedBytes()));
        OfServer meters = servers.computeIfAbsent(server, this::meters);
        if (!facts.resident()) {
            meters.cold.increment();
        }
        return new Choice(meters, Expectation.of(facts, bytes).millis(), System.nanoTime());
    }

    /**
     * One choice whose outcome is to be seen.
     *
     * @param expected milliseconds until the first token
     */
    public record Choice(OfServer meters, double expected, long sinceNanos) {
        /** Its first byte is there; of an answer that is no stream that is the last one too. */
        public void cameTo(Outcome outcome, boolean streamed) {
            if (streamed && outcome instanceof Outcome.Answered) {
                meters.expected.record((long) (expected * 1e6), TimeUnit.NANOSECONDS);
                meters.came.record(System.nanoTime() - sinceNanos, TimeUnit.NANOSECONDS);
            }
        }
    }
}
