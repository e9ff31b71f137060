package dev.aicortex.fleet;

import dev.aicortex.config.CortexConfig;
import dev.aicortex.config.Labels;
import dev.aicortex.fleet.observed.Breaker;
import dev.aicortex.fleet.observed.CacheMirror;
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
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** One Ollama process and what real traffic has shown of it. */
public final class Server {
    private static final Logger LOG = Logger.getLogger(Server.class);

    /** A queue that is full now is rarely full a second later. */
    private static final Duration FULL_FOR = Duration.ofSeconds(1);

    /** More models than anybody keeps on a disk. */
    private static final int MOST_HOLDINGS = 10_000;

    private final ServerUrl url;
    private final int position;
    private final Duration delay;
    private final Clock clock;
    private final Breaker breaker;
    private final AtomicInteger inFlight = new AtomicInteger();
    private final Map<String, Holding> holdings = new ConcurrentHashMap<>();
    private final AtomicReference<Recent> recent = new AtomicReference<>(Recent.NONE);
    private final Places places;
    private final double weight;
    private final int priority;
    private final Set<String> labels;
    private final Typical typical;
    private final boolean multiuser;
    private volatile int residents;
    private volatile Doubt doubt = Doubt.NONE;
    private volatile Instant fullUntil = Instant.EPOCH;
    private volatile @Nullable PromptBlocks unfinished;
    private volatile boolean draining;
    private volatile Consumer<Server> whenFree = _ -> {};

    /**
     * What strikes since the last good answer say about a server: it comes last among the
     * candidates for a while, and then gets one request at a time until one is answered.
     *
     * @param strikes since the last good answer
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

    /**
     * The requests of about the last minute: those of this minute, and of the one before the share
     * that is less than a minute ago.
     *
     * @param minute since the epoch
     */
    private record Recent(long minute, int now, int before) {
        static final Recent NONE = new Recent(0, 0, 0);
        private static final long MILLIS = 60_000;

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
        this.breaker = new Breaker("server " + url, config.breaker(), clock);
        CortexConfig.Routing routing = config.routing();
        this.places =
                new Places(
                        routing.parallel().orElse(0),
                        config.maxConcurrent().orElse(0),
                        typical,
                        clock);
        this.weight = configured(routing.weights(), 1.0);
        this.priority = configured(routing.priorities(), 0);
        this.labels = Labels.of("cortex.routing.labels", configured(routing.labels(), List.of()));
        this.typical = typical;
        this.multiuser = routing.multiuserCache();
    }

    /** What is set for this server, however its URL is spelt there. */
    private <T> T configured(Map<String, T> values, T usual) {
        @Nullable T spelt = values.get(url.toString());
        return spelt != null
                ? spelt
                : values.entrySet().stream()
                        .filter(entry -> ServerUrl.of(entry.getKey()).base().equals(url.base()))
                        .map(Map.Entry::getValue)
                        .findFirst()
                        .orElse(usual);
    }

    public ServerUrl url() {
        return url;
    }

    /** Its place in the configured order, from 0. */
    public int position() {
        return position;
    }

    /** Requests that it has been given and has not finished. */
    public int inFlight() {
        return inFlight.get();
    }

    /** Whether requests are kept from it. */
    public CircuitBreakerState breakerState() {
        return breaker.state();
    }

    Duration breakerWait() {
        return breaker.remainingDelay();
    }

    /** Whether requests may go there: it is not draining, and its breaker lets one through. */
    public boolean open() {
        return !draining && breaker.remainingDelay().isZero();
    }

    /** Whether it failed lately and has not answered since, or was full a moment ago. */
    public boolean doubtful() {
        if (doubt.strikes == 0 && fullUntil.equals(Instant.EPOCH)) {
            return false; // without a look at the clock: each request asks it of each server
        }
        Instant now = clock.instant();
        return now.isBefore(fullUntil) || doubt.holds(now, inFlight.get());
    }

    /** Whether it gets no new requests, since an operator says so. */
    public boolean draining() {
        return draining;
    }

    /** Sends no new requests to it from now on, or again; those that run go on to their end. */
    public void drain(boolean now) {
        draining = now;
    }

    /** Failures of real requests since the last good answer. */
    public int strikes() {
        return doubt.strikes;
    }

    /**
     * Makes one attempt unless the breaker is open, and counts what it shows of the server.
     *
     * @param attempt yields the outcome once it is certain
     */
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
            case Outcome.Refused _ -> {
                doubtMore(Strike.CONNECTION);
                yield Breaker.Sign.STRIKE;
            }
            case Outcome.Broken broken when broken.unclear().isEmpty() -> {
                doubtMore(Strike.ANSWER);
                yield Breaker.Sign.STRIKE;
            }
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
        doubtMore(Strike.ANSWER);
        breaker.strike();
    }

    /**
     * An answer did not come to its end, and nothing shows whose fault that is.
     *
     * @return whether the same has happened to another prompt since the last whole answer; of
     *     prompts that are not known nothing is
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
        if (unfinished != null) {
            unfinished = null;
        }
    }

    private synchronized void doubtMore(Strike strike) {
        doubt = doubt.struck(strike, clock.instant(), delay);
        LOG.debugf("%s: strike %d (%s)", url, doubt.strikes, strike);
    }

    /** A probe succeeded: what only concerned the connection is forgiven. */
    synchronized void probed(boolean wasDown) {
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

    /** How often it is asked, beside others. */
    double weight() {
        return weight;
    }

    /** The lowest is asked first. */
    int priority() {
        return priority;
    }

    /** By which rules tell servers apart, {@code gpu=eu}. */
    public Set<String> labels() {
        return labels;
    }

    /** How many requests it was given in about the last minute. */
    double recentLoad(long nowMillis) {
        return recent.get().at(nowMillis);
    }

    /** How many models were in its memory at the last probe. */
    public int residents() {
        return residents;
    }

    /** The clock that its times are of. */
    public long nowMillis() {
        return clock.millis();
    }

    /** What it has of a model's content; of unknown size, 0. */
    Holding holding(String content, long size, List<RunningModel> running) {
        Holding known = holdings.get(content);
        if (known != null) {
            return known;
        }
        return holdings.size() < MOST_HOLDINGS
                ? holdings.computeIfAbsent(
                        content, _ -> newHolding(content, size, typical.of(content), running))
                : newHolding(content, size, new Typical.OfModel(), running); // random names
    }

    private Holding newHolding(
            String content, long size, Typical.OfModel shared, List<RunningModel> running) {
        CacheMirror mirror = new CacheMirror(multiuser, shared.pause());
        Holding holding = new Holding(this, content, size, shared, mirror);
        holding.seen(running);
        return holding;
    }

    /** A probe saw these in its memory, and only these contents on its disk. */
    void listed(Set<String> contents, List<RunningModel> running) {
        holdings.keySet().retainAll(contents);
        holdings.values().forEach(holding -> holding.seen(running));
        residents = running.size();
    }

    /** How many requests it is given at once. */
    public int limit() {
        return places.limit();
    }

    /** Whether it is given no more requests until one of those that it has has ended. */
    public boolean full() {
        return inFlight.get() >= limit();
    }

    /**
     * Takes a place if there is one; {@link #start} or {@link #release} must follow.
     *
     * @return whether there was
     */
    public boolean reserve() {
        int limit = limit();
        int taken = inFlight.get();
        while (taken < limit) {
            if (inFlight.compareAndSet(taken, taken + 1)) {
                return true;
            }
            taken = inFlight.get();
        }
        return false;
    }

    /** Takes one more than it has, if need be: for what cannot wait. */
    public void reserveAnyway() {
        inFlight.incrementAndGet();
    }

    /** Gives a place back. */
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
