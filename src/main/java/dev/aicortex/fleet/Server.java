package dev.aicortex.fleet;

import dev.aicortex.config.CortexConfig;
import dev.aicortex.model.ServerUrl;
import io.smallrye.faulttolerance.api.CircuitBreakerState;
import io.smallrye.mutiny.Uni;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/** One Ollama process and what real traffic has shown of it. */
public final class Server {
    private static final Logger LOG = Logger.getLogger(Server.class);

    /** A queue that is full now is rarely full a second later. */
    private static final Duration FULL_FOR = Duration.ofSeconds(1);

    private final ServerUrl url;
    private final int position;
    private final Duration delay;
    private final Clock clock;
    private final Breaker breaker;
    private final AtomicInteger inFlight = new AtomicInteger();
    private volatile Doubt doubt = Doubt.NONE;
    private volatile Instant fullUntil = Instant.EPOCH;
    private volatile boolean draining;

    Server(ServerUrl url, int position, CortexConfig config, Clock clock) {
        this.url = url;
        this.position = position;
        this.delay = config.breaker().delay();
        this.clock = clock;
        this.breaker = new Breaker("server " + url, config.breaker(), clock);
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

    boolean doubtful() {
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
     * Runs one attempt through the breaker and counts what it shows of the server.
     *
     * @param attempt yields the outcome once it is certain; never fails
     */
    public Uni<Outcome> attempt(Supplier<Uni<Outcome>> attempt) {
        return breaker.call(() -> attempt.get().onItem().transformToUni(this::judged));
    }

    private Uni<Outcome> judged(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Answered _ -> {
                doubt = Doubt.NONE;
                yield Uni.createFrom().item(outcome);
            }
            case Outcome.Refused _ -> struck(Strike.CONNECTION, outcome);
            case Outcome.Broken broken when broken.unclear().isEmpty() ->
                    struck(Strike.ANSWER, outcome);
            case Outcome.Full _ -> {
                fullUntil = clock.instant().plus(FULL_FOR);
                yield Uni.createFrom().item(outcome);
            }
            // A trial that nobody saw the end of has shown nothing: the breaker opens again.
            case Outcome.ClientGone _, Outcome.Unsent _ when breaker.halfOpen() ->
                    Uni.createFrom().failure(new Breaker.StruckException(outcome));
            case Outcome.Broken _,
                    Outcome.Rejected _,
                    Outcome.Lost _,
                    Outcome.Unsent _,
                    Outcome.ClientGone _ ->
                    Uni.createFrom().item(outcome);
        };
    }

    private Uni<Outcome> struck(Strike strike, Outcome outcome) {
        doubtMore(strike);
        return Uni.createFrom().failure(new Breaker.StruckException(outcome));
    }

    /** Counts against the server what showed only later: a broken stream, an unclear 5xx. */
    public void strike(Outcome.Broken outcome) {
        doubtMore(Strike.ANSWER);
        breaker.strike(outcome);
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

    /** A request was given to the server; {@link #finished} must follow. */
    public void started() {
        inFlight.incrementAndGet();
    }

    /** The request has ended, however it did. */
    public void finished() {
        inFlight.decrementAndGet();
    }

    @Override
    public String toString() {
        return url.toString();
    }
}
