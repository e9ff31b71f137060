package dev.aicortex.gateway.metrics;

import dev.aicortex.config.Policy;
import dev.aicortex.dialect.Dialect;
import dev.aicortex.dialect.Usage;
import dev.aicortex.fleet.Facts;
import dev.aicortex.fleet.Fleet;
import dev.aicortex.fleet.Outcome;
import dev.aicortex.fleet.Pool;
import dev.aicortex.fleet.Server;
import dev.aicortex.model.ModelName;
import dev.aicortex.model.Priority;
import dev.aicortex.relay.Ending;
import dev.aicortex.routing.Ask;
import dev.aicortex.routing.Expectation;
import dev.aicortex.usage.UsageRecord;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.ToIntFunction;
import java.util.stream.LongStream;

/**
 * What requests and attempts came to, what choices of servers rested on, how requests wait. Looking
 * a meter up by its tags costs more than counting, so those of every request are kept.
 */
@Singleton
public class GatewayMetrics {
    /** The bounds of the histograms: few, since each is a line of a scrape for each model. */
    private static final Duration[] WAITS =
            millis(100, 500, 1_000, 5_000, 10_000, 30_000, 60_000, 120_000, 300_000, 600_000);

    private static final Duration[] FIRST_TOKENS =
            millis(
                    50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000, 60_000, 120_000,
                    300_000);
    private static final Duration[] PER_TOKEN =
            millis(5, 10, 20, 30, 50, 75, 100, 150, 250, 500, 1_000);

    private final MeterRegistry registry;
    private final Fallbacks fallbacks;
    private final Map<Policy, Counter> choices = new EnumMap<>(Policy.class);
    private final Map<Priority, Timer> waits = new EnumMap<>(Priority.class);
    private final Map<Result, Counter> results = new ConcurrentHashMap<>();
    private final Map<Tokens, Counter> tokens = new ConcurrentHashMap<>();
    private final Map<Kind, Timer> requests = new ConcurrentHashMap<>();
    private final Map<String, Pace> paces = new ConcurrentHashMap<>();
    private final Map<Server, OfServer> servers = new ConcurrentHashMap<>();

    private record Result(String counter, Server server, String outcome) {}

    /** Only models that a server holds come this far, so that there are not ever more of them. */
    private record Tokens(Server server, ModelName model, String kind) {}

    private record Kind(Dialect dialect, boolean stream) {}

    /** How fast the streams of a model came. */
    private record Pace(Timer firstToken, Timer perToken) {}

    /**
     * @param expected until the first token, of the streams that {@code came} counts
     */
    private record OfServer(
            Counter cold, Timer expected, Timer came, Counter cached, Counter evaluated) {}

    public GatewayMetrics(MeterRegistry registry) {
        this.registry = registry;
        this.fallbacks = new Fallbacks(registry, Clock.systemUTC());
        String chosen = "Servers chosen, by the policy that did";
        for (Policy policy : Policy.values()) {
            choices.put(policy, counter("cortex.routing.choices", chosen, "policy", policy.word()));
        }
        String waited = "How long requests waited that did not get a place at once";
        for (Priority priority : Priority.values()) {
            waits.put(
                    priority,
                    Timer.builder("cortex.queue.wait")
                            .description(waited)
                            .tag("priority", priority.word())
                            .serviceLevelObjectives(WAITS)
                            .register(registry));
        }
    }

    private Counter counter(String name, String description, String tag, String value) {
        return Counter.builder(name).description(description).tag(tag, value).register(registry);
    }

    private Timer timer(String name, String description, String tag, String value) {
        return Timer.builder(name).description(description).tag(tag, value).register(registry);
    }

    /** What was counted of a server stays; what has gone is not kept for it. */
    void forget(@Observes Fleet.Change change) {
        for (Server server : change.gone()) {
            results.keySet().removeIf(each -> each.server.equals(server));
            tokens.keySet().removeIf(each -> each.server.equals(server));
            servers.remove(server);
        }
    }

    // ---- requests and attempts

    public void attempt(Server server, Outcome outcome) {
        count("cortex.attempts", server, outcome.word());
    }

    public void ended(Server server, Ending ending) {
        count("cortex.answers", server, ending.word());
    }

    private void count(String counter, Server server, String outcome) {
        results.computeIfAbsent(new Result(counter, server, outcome), this::counter).increment();
    }

    private Counter counter(Result of) {
        return registry.counter(of.counter, "server", of.server.toString(), "outcome", of.outcome);
    }

    /**
     * What an answer cost, as its server counted it.
     *
     * @param cachedShare of its prompt, 0 to 1; negative when it is not known
     */
    public void tokens(Server server, ModelName model, Usage usage, double cachedShare) {
        if (cachedShare >= 0) {
            OfServer meters = servers.computeIfAbsent(server, this::meters);
            meters.cached.increment(usage.prompt() * cachedShare);
            meters.evaluated.increment(usage.prompt() * (1 - cachedShare));
        }
        tokens(server, model, "prompt", usage.prompt());
        tokens(server, model, "completion", usage.completion());
    }

    private void tokens(Server server, ModelName model, String kind, long number) {
        if (number > 0) {
            tokens.computeIfAbsent(new Tokens(server, model, kind), this::counter)
                    .increment((double) number);
        }
    }

    private Counter counter(Tokens of) {
        return Counter.builder("cortex.tokens")
                .description("Tokens as the servers counted them")
                .tags("server", of.server.toString(), "model", of.model.canonical())
                .tag("kind", of.kind)
                .register(registry);
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
        requests.computeIfAbsent(new Kind(dialect, streamed), this::timer)
                .record(elapsedNanos, TimeUnit.NANOSECONDS);
    }

    private Timer timer(Kind of) {
        return Timer.builder("cortex.requests")
                .description("Inference requests, from arrival to end")
                .tags(
                        "dialect",
                        of.dialect.name().toLowerCase(Locale.ROOT),
                        "stream",
                        Boolean.toString(of.stream))
                .register(registry);
    }

    /** How fast it came, where it was a stream. A stream has the name of a model that is there. */
    public void ended(UsageRecord record) {
        if (record.firstToken() < 0) {
            return;
        }
        Pace pace = paces.computeIfAbsent(record.model(), this::pace);
        pace.firstToken.record(record.firstToken(), TimeUnit.MILLISECONDS);
        if (record.perToken() >= 0) {
            pace.perToken.record((long) (record.perToken() * 1e6), TimeUnit.NANOSECONDS);
        }
    }

    private Pace pace(String model) {
        String first = "Until the first token of a stream, from the arrival of its request";
        String next = "From one token of a stream to the next, on its average";
        return new Pace(
                histogram("cortex.time.to.first.token", first, model, FIRST_TOKENS),
                histogram("cortex.time.per.output.token", next, model, PER_TOKEN));
    }

    private Timer histogram(String name, String description, String model, Duration... bounds) {
        return Timer.builder(name)
                .description(description)
                .tag("model", model)
                .serviceLevelObjectives(bounds)
                .register(registry);
    }

    private static Duration[] millis(long... bounds) {
        return LongStream.of(bounds).mapToObj(Duration::ofMillis).toArray(Duration[]::new);
    }

    // ---- choices of servers

    /**
     * A server was chosen, and is asked now; another content than the one that is served may have
     * to answer.
     */
    public Choice chosen(ModelName model, Pool pool, Server server, Ask ask, Facts facts) {
        if (pool.fallback()) {
            fallbacks.of(model, pool);
        }
        long bytes = ask.prompt().bytes();
        Objects.requireNonNull(choices.get(ask.policy())).increment();
        OfServer meters = servers.computeIfAbsent(server, this::meters);
        if (!facts.resident()) {
            meters.cold.increment();
        }
        return new Choice(meters, Expectation.of(facts, bytes).millis(), System.nanoTime());
    }

    private OfServer meters(Server server) {
        String url = server.toString();
        String cold = "Requests for a model that the chosen server had to load";
        String expected = "Until the first token of a stream, as expected of the server";
        String came = "Until the first token of the same streams, as it came";
        return new OfServer(
                counter("cortex.routing.cold", cold, "server", url),
                timer("cortex.routing.expected", expected, "server", url),
                timer("cortex.routing.first.token", came, "server", url),
                promptTokens(url, true),
                promptTokens(url, false));
    }

    private Counter promptTokens(String server, boolean cached) {
        return Counter.builder("cortex.prompt.tokens")
                .description("Tokens of prompts, by whether the server had them cached")
                .tags("server", server, "cached", Boolean.toString(cached))
                .register(registry);
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

    // ---- the queue and loads

    /** Shows how many wait. */
    public void waiting(ToIntFunction<Priority> count) {
        for (Priority priority : Priority.values()) {
            Gauge.builder("cortex.queue.waiting", () -> count.applyAsInt(priority))
                    .description("Requests that wait for a place on a server")
                    .tag("priority", priority.word())
                    .register(registry);
        }
    }

    /** A request has waited, and waits no longer. */
    public void left(Priority priority, long waitedMillis) {
        Objects.requireNonNull(waits.get(priority)).record(waitedMillis, TimeUnit.MILLISECONDS);
    }

    /** It got no place: the line is full, or there is no hope, or it left, or was too late. */
    public void refused(Priority priority, String reason) {
        registry.counter("cortex.queue.refused", "priority", priority.word(), "reason", reason)
                .increment();
    }

    /** The gateway had a model loaded. */
    public void load(Server server, Outcome outcome) {
        String word = outcome instanceof Outcome.Answered ? "loaded" : "failed";
        registry.counter("cortex.loads", "server", server.toString(), "outcome", word).increment();
    }
}
