package dev.aicortex.fleet;

import dev.aicortex.config.CortexConfig;
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
    private final RecentLoad recent = new RecentLoad();
    private final Places places;
    private final Standing standing;
    private final Typical typical;
    private final boolean multiuser;
    private volatile int residents;
    private volatile Doubt doubt = Doubt.NONE;
    private volatile Instant fullUntil = Instant.EPOCH;
    private volatile @Nullable PromptBlocks unfinished;
    private volatile boolean draining;
    private volatile Consumer<Server> whenFree = _ -> {};

    Server(ServerUrl url, int position, CortexConfig config, Clock clock, Typical typical) {
        this.url = url;
        this.position = position;
        this.delay = config.breaker().delay();
        this.clock = clock;
        this.breaker = new Breaker("server " + url, config.breaker(), clock);
        this.places =
                new Places(
                        config.routing().parallel().orElse(0),
                        config.maxConcurrent().orElse(0),
                        typical);
        this.standing = Standing.of(url, config.routing());
        this.typical = typical;
        this.multiuser = config.routing().multiuserCache();
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
        return !draining && closed();
    }

    private boolean closed() {
        return breaker.state() == CircuitBreakerState.CLOSED || breakerWait().isZero();
    }

    /** Whether it failed lately and has not answered since, or was full a moment ago. */
    public boolean doubtful() {
        if (doubt.strikes() == 0 && fullUntil.equals(Instant.EPOCH)) {
            return false; // without a look at the clock: it is asked of each server for each
            // request
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
        return doubt.strikes();
    }

    /**
     * Makes one attempt unless the breaker is open, and counts what it shows of the server.
     *
     * @param attempt yields the outcome once it is certain; never fails
     */
    public Future<Outcome> attempt(Supplier<Future<Outcome>> attempt) {
        Breaker.Pass pass = breaker.pass();
        if (pass == Breaker.Pass.NONE) {
            return Future.succeededFuture(Outcome.Refused.BREAKER_OPEN);
        }
        return attempt.get()
                .onSuccess(outcome -> breaker.told(pass, sign(outcome)))
                .onFailure(_ -> breaker.told(pass, Breaker.Sign.NOTHING));
    }

    private Breaker.Sign sign(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Answered _ -> {
                doubt = Doubt.NONE;
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
        LOG.debugf("%s: strike %d (%s)", url, doubt.strikes(), strike);
    }

    /** A probe succeeded: what only concerned the connection is forgiven. */
    synchronized void probed(boolean wasDown) {
        if (wasDown || doubt.last() == Strike.CONNECTION) {
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

    /** What the configuration says of it. */
    Standing standing() {
        return standing;
    }

    /** By which rules tell servers apart, {@code gpu=eu}. */
    public Set<String> labels() {
        return standing.labels();
    }

    /** How many requests it was given in about the last minute. */
    double recentLoad(long nowMillis) {
        return recent.at(nowMillis);
    }

    /** How many models were in its memory at the last probe. */
    public int residents() {
        return residents;
    }

    /** The clock that its times are of. */
    public long nowMillis() {
        return clock.millis();
    }

    Holding holding(String content, long size, List<RunningModel> running) {
        Holding known = holdings.get(content);
        if (known == null && holdings.size() >= MOST_HOLDINGS) {
            return newHolding(
                    content, size, running); // whoever names models at random learns nothing
        }
        return known != null
                ? known
                : holdings.computeIfAbsent(content, _ -> newHolding(content, size, running));
    }

    private Holding newHolding(String content, long size, List<RunningModel> running) {
        Holding holding =
                new Holding(
                        this,
                        content,
                        size,
                        typical.of(content),
                        new CacheMirror(multiuser, typical.pause(content)),
                        typical.roster(content));
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
        return places.limit(clock.millis());
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
        recent.add(now);
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
