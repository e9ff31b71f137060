package dev.aicortex.fleet;

import dev.aicortex.config.CortexConfig;
import dev.aicortex.config.Power;
import dev.aicortex.fleet.observed.Architecture;
import dev.aicortex.fleet.observed.Breaker;
import dev.aicortex.fleet.observed.Engine;
import dev.aicortex.fleet.observed.Places;
import dev.aicortex.fleet.observed.Typical;
import dev.aicortex.model.ServerUrl;
import dev.aicortex.ollama.RunningModel;
import io.smallrye.faulttolerance.api.CircuitBreakerState;
import io.vertx.core.Future;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** One Ollama process and what real traffic has shown of it. */
public final class Server {
    private static final Logger LOG = Logger.getLogger(Server.class);

    /** A queue that is full now is rarely full a second later. */
    private static final Duration FULL_FOR = Duration.ofSeconds(1);

    /** More models than anybody keeps on a disk. */
    private static final int MOST_HOLDINGS = 10_000;

    private final int position;
    private final Duration delay;
    private final Clock clock;
    private final Breaker breaker;
    private final AtomicInteger inFlight = new AtomicInteger();
    private final Map<String, Holding> holdings = new ConcurrentHashMap<>();
    private final AtomicReference<Recent> recent = new AtomicReference<>(Recent.NONE);
    private final Rest rest = new Rest();
    private final Places places;
    private final Typical typical;
    private volatile ServerUrl url;
    private volatile ServerSettings settings;
    private volatile int residents;
    private volatile Doubt doubt = Doubt.NONE;
    private volatile Instant fullUntil = Instant.EPOCH;
    private volatile @Nullable PromptBlocks unfinished;
    private volatile boolean draining;
    private volatile Set<String> listedBefore = Set.of();
    private volatile Engine engine = Engine.LLAMA_SERVER;
    private volatile Consumer<Server> whenFree = _ -> {};

    /**
     * What strikes since the last good answer say about a server: it comes last among the
     * candidates for a while, and then gets one request at a time until one is answered.
     *
     * @param until when the server may be tried again in its turn
     * @param last the kind of the newest strike
     */
    record Doubt(int strikes, Instant until, Strike last) {
        static final Doubt NONE = new Doubt(0, Instant.EPOCH, Strike.CONNECTION);

        /** Each further strike doubles the wait, up to 2^5 times. */
        private static final int MAX_DOUBLINGS = 5;

        Doubt struck(Strike strike, Instant now, Duration delay) {
            Duration wait = delay.multipliedBy(1L << Math.min(strikes, MAX_DOUBLINGS));
            return new Doubt(strikes + 1, now.plus(wait), strike);
        }

        boolean holds(Instant now, int inFlight) {
            return strikes > 0 && (now.isBefore(until) || inFlight > 0);
        }
    }

    /** Real traffic found a server at fault. Never for a client that left, nor a wrong request. */
    enum Strike {
        /** Refused or reset connection: a probe that succeeds afterwards takes it back. */
        CONNECTION,
        /** A hang, a server's own 5xx or a broken stream: a probe that succeeds proves nothing. */
        ANSWER
    }

    /** How many requests it got in one minute since the epoch, and in the one before. */
    private record Recent(long minute, int now, int before) {
        static final Recent NONE = new Recent(0, 0, 0);
        private static final long MILLIS = 60_000;

        /** Those of the last sixty seconds, if each minute's were spread evenly. */
        double at(long nowMillis) {
            long since = nowMillis - minute * MILLIS;
            if (since < MILLIS) {
                return now + before * (1 - (double) since / MILLIS);
            }
            return since < 2 * MILLIS ? now * (2 - (double) since / MILLIS) : 0;
        }

        /** One more. */
        Recent and(long nowMillis) {
            long other = nowMillis / MILLIS;
            if (other == minute) {
                return new Recent(minute, now + 1, before);
            }
            return new Recent(other, 1, other == minute + 1 ? now : 0);
        }
    }

    Server(ServerUrl url, int position, CortexConfig config, Clock clock, Typical typical) {
        this.url = url;
        this.position = position;
        this.delay = config.breaker().delay();
        this.clock = clock;
        // no name twice: the library keeps them, and a server that has gone may come again
        String name = "server %s (%d)".formatted(url, position);
        this.breaker = new Breaker(name, config.breaker(), clock);
        this.settings = ServerSettings.of(config, url);
        this.places = new Places(settings.parallel(), settings.most(), typical, clock);
        this.typical = typical;
    }

    /** Has other credentials and settings from now on; its address stays. */
    void set(ServerUrl url, ServerSettings settings) {
        this.url = url;
        this.settings = settings;
        places.set(settings.parallel(), settings.most());
    }

    /** Its name in the configuration; empty when it has none. */
    public String name() {
        return settings.name();
    }

    public ServerUrl url() {
        return url;
    }

    /**
     * Its place in the order of the servers, from 0: as configured, those that came later behind.
     * No other server gets it when this one has gone.
     */
    public int position() {
        return position;
    }

    public int inFlight() {
        return inFlight.get();
    }

    public CircuitBreakerState breakerState() {
        return breaker.state();
    }

    /** How long its breaker keeps requests away; zero when one may go. */
    public Duration breakerWait() {
        return breaker.remainingDelay();
    }

    /** Whether requests may go there as far as it is not down. */
    public boolean open() {
        return !draining && rest.awake() && breaker.remainingDelay().isZero();
    }

    /** Whether it failed lately and has not answered since, or was full a moment ago. */
    public boolean doubtful() {
        if (doubt.strikes == 0 && fullUntil.equals(Instant.EPOCH)) {
            return false; // without a look at the clock: each request asks it of each server
        }
        Instant now = clock.instant();
        return now.isBefore(fullUntil) || doubt.holds(now, inFlight.get());
    }

    public boolean draining() {
        return draining;
    }

    /** Sends no new requests to it from now on, or again; those that run go on to their end. */
    public void drain(boolean now) {
        draining = now;
    }

    /** How its machine is woken and put to sleep. */
    public Power power() {
        return settings.power();
    }

    /** How it is with the sleep of its machine. */
    public Rest rest() {
        return rest;
    }

    /** Whether it is taken to be asleep when it does not answer. */
    boolean sleeps() {
        return power().wake().isPresent() && rest.problem().isEmpty();
    }

    /** Another value after each request that it is given. */
    public Object lastGiven() {
        return recent.get();
    }

    /** Whether it loads a model. */
    public boolean loads() {
        return holdings.values().stream().anyMatch(Holding::beingLoaded);
    }

    /** Failures of real requests since the last good answer. */
    public int strikes() {
        return doubt.strikes;
    }

    /** Makes one attempt unless the breaker is open, and counts what its outcome shows. */
    public Future<Outcome> attempt(Supplier<Future<Outcome>> attempt) {
        Breaker.Pass pass = breaker.pass();
        if (pass == Breaker.Pass.NONE) {
            return Future.succeededFuture(Outcome.Refused.BREAKER_OPEN);
        }
        return begun(attempt)
                .onComplete(done ->
                        breaker.told(
                                pass,
                                done.succeeded() ? sign(done.result()) : Breaker.Sign.NOTHING));
    }

    private static Future<Outcome> begun(Supplier<Future<Outcome>> attempt) {
        try {
            return attempt.get();
        } catch (RuntimeException e) {
            return Future.failedFuture(e); // the breaker has to be told, whatever happens
        }
    }

    private Breaker.Sign sign(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Answered _ -> {
                if (doubt.strikes > 0) { // read for each decision: not written without need
                    doubt = Doubt.NONE;
                }
                yield Breaker.Sign.GOOD;
            }
            case Outcome.Refused _ -> struck(Strike.CONNECTION);
            case Outcome.Broken broken when broken.unclear().isEmpty() -> struck(Strike.ANSWER);
            case Outcome.Full _ -> {
                fullUntil = clock.instant().plus(FULL_FOR);
                yield Breaker.Sign.GOOD;
            }
            case Outcome.Broken _, Outcome.Rejected _, Outcome.Lost _ -> Breaker.Sign.GOOD;
            // nobody saw the end of it
            case Outcome.Unsent _, Outcome.Outrun _, Outcome.ClientGone _ -> Breaker.Sign.NOTHING;
        };
    }

    /** Counts against the server what showed only later: a broken stream, an unclear 5xx. */
    public void strike() {
        struck(Strike.ANSWER);
        breaker.strike();
    }

    /**
     * An answer did not come to its end, and nothing shows whose fault that is.
     *
     * @return whether the same has happened to another known prompt since the last whole answer
     */
    public synchronized boolean unfinished(PromptBlocks prompt) {
        if (prompt.size() == 0) {
            return false;
        }
        boolean another = unfinished != null && !unfinished.same(prompt);
        unfinished = prompt;
        return another;
    }

    /** An answer had its end. */
    void finished() {
        if (unfinished != null) { // not written without need
            unfinished = null;
        }
    }

    private synchronized Breaker.Sign struck(Strike strike) {
        doubt = doubt.struck(strike, clock.instant(), delay);
        LOG.debugf("%s: strike %d (%s)", url, doubt.strikes, strike);
        return Breaker.Sign.STRIKE;
    }

    /** A probe succeeded: what only concerned the connection is forgiven. */
    synchronized void probed(boolean wasDown) {
        rest.answers();
        if (wasDown || doubt.last == Strike.CONNECTION) {
            doubt = Doubt.NONE;
        }
        if (wasDown) {
            fullUntil = Instant.EPOCH;
            breaker.reset();
        }
    }

    /** How many requests it answers at once: as configured, else as many as it was seen to. */
    public int parallel() {
        return places.parallel();
    }

    /** How often it is asked under the policy weighted. */
    public double weight() {
        return settings.weight();
    }

    /** Under the policy priority: the lowest first. */
    public int priority() {
        return settings.priority();
    }

    /** By which rules tell servers apart, {@code gpu=eu}. */
    public Set<String> labels() {
        return settings.labels();
    }

    /** How many requests it was given in about the last minute. */
    double recentLoad(long nowMillis) {
        return recent.get().at(nowMillis);
    }

    /** How many models were in its memory at the last probe. */
    public int residents() {
        return residents;
    }

    public long nowMillis() {
        return clock.millis();
    }

    /** What runs its models, by the version that it tells. */
    Engine engine() {
        return engine;
    }

    void runs(String version) {
        engine = Engine.of(version);
    }

    /**
     * What it has of a model's content.
     *
     * @param size bytes on disk; 0 = unknown
     * @param family as the server names it; empty = unknown
     */
    Holding holding(String content, long size, String family, List<RunningModel> running) {
        Holding known = holdings.get(content);
        if (known != null) {
            return known;
        }
        Function<Typical.OfModel, Holding> made =
                shared ->
                        new Holding(this, content, size, Architecture.of(family), shared, running);
        return holdings.size() < MOST_HOLDINGS
                ? holdings.computeIfAbsent(content, _ -> made.apply(typical.of(content)))
                : made.apply(new Typical.OfModel()); // random names
    }

    /** Bytes on disk of a content that it holds; 0 = unknown. */
    long sizeOf(@Nullable String content) {
        Holding holding = content == null ? null : holdings.get(content);
        return holding == null ? 0 : holding.size();
    }

    /** Whether the probe before this one saw it in memory. */
    boolean wasListed(@Nullable String content) {
        return content != null && listedBefore.contains(content);
    }

    /** A probe saw these in its memory, and only these contents on its disk. */
    void listed(Set<String> contents, List<RunningModel> running) {
        holdings.keySet().retainAll(contents);
        holdings.values().forEach(holding -> holding.seen(running));
        listedBefore =
                running.stream()
                        .map(RunningModel::digest)
                        .filter(Objects::nonNull)
                        .collect(Collectors.toUnmodifiableSet());
        residents = running.size();
    }

    /** How many requests it is given at once. */
    public int limit() {
        return places.limit();
    }

    public boolean full() {
        return inFlight.get() >= limit();
    }

    /** Takes a place if there is one; then {@link #start} or {@link #release} must follow. */
    public boolean reserve() {
        int limit = limit();
        return inFlight.getAndUpdate(taken -> taken < limit ? taken + 1 : taken) < limit;
    }

    /** Takes one even if there is none: for what cannot wait. */
    public void reserveAnyway() {
        inFlight.incrementAndGet();
    }

    public void release() {
        inFlight.decrementAndGet();
        whenFree.accept(this);
    }

    /** A request is given to the server, in a place that was reserved for it. */
    public Job start(Holding holding, PromptBlocks prompt) {
        long now = clock.millis();
        recent.updateAndGet(all -> all.and(now));
        return new Job(this, holding, prompt, places, now);
    }

    /** Is told whenever a place of it becomes free, on the thread that frees it. */
    void whenFree(Consumer<Server> listener) {
        whenFree = listener;
    }

    @Override
    public String toString() {
        return url.toString();
    }
}
