package dev.aicortex.gateway.watch;

import dev.aicortex.config.CortexConfig;
import dev.aicortex.dialect.Usage;
import dev.aicortex.fleet.Facts;
import dev.aicortex.fleet.Fleet;
import dev.aicortex.fleet.Outcome;
import dev.aicortex.fleet.Server;
import dev.aicortex.gateway.tracing.AttemptTrace;
import dev.aicortex.gateway.tracing.RequestTrace;
import dev.aicortex.gateway.watch.Timeline.Event;
import dev.aicortex.model.ModelName;
import dev.aicortex.relay.Ending;
import dev.aicortex.routing.Ask;
import dev.aicortex.routing.Expectation;
import dev.aicortex.routing.Failures;
import dev.aicortex.usage.UsageRecord;
import io.vertx.core.http.HttpClientRequest;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the last requests that have ended, with their timelines, and the pace of each server. Takes
 * them from any thread without a lock; nothing unless {@code cortex.ui} is on.
 */
@Singleton
public class Watch {
    /** Requests that are kept, some 700 bytes each. */
    public static final int KEPT = 2_000;

    /** A list in hundreds of parts has as many attempts. */
    private static final int MOST_EVENTS = 60;

    /** Characters of a reason: of a large fleet each server has one. */
    private static final int MOST_WORDS = 1_000;

    private static final long MINUTE = 60_000;

    private final boolean on;
    private final AtomicReferenceArray<@Nullable Timeline> ring = new AtomicReferenceArray<>(KEPT);
    private final AtomicLong next = new AtomicLong();
    private final Map<Server, ServerPace> paces = new ConcurrentHashMap<>();

    /**
     * Requests that ended one after the other.
     *
     * @param requests the oldest first
     * @param next the number of the one after them
     * @param skipped how many before them are left out
     */
    public record Part(List<Timeline> requests, long next, long skipped) {}

    @Inject
    Watch(CortexConfig config) {
        this(config.ui());
    }

    Watch(boolean on) {
        this.on = on;
    }

    /** Whether requests are kept at all. */
    public boolean on() {
        return on;
    }

    /**
     * A request has arrived.
     *
     * @param beside is told the same
     */
    public RequestTrace follow(RequestTrace beside) {
        return on ? new Followed(beside) : beside;
    }

    /** What was seen of a server goes with it. */
    void forget(@Observes Fleet.Change change) {
        change.gone().forEach(paces::remove);
    }

    /** How a server has answered lately; null when it was not asked. */
    public @Nullable ServerPace pace(Server server) {
        return paces.get(server);
    }

    /** A server did not load a model, for this reason. */
    public void failed(Server server, String reason) {
        if (on) {
            paced(server).failed(System.currentTimeMillis(), reason);
        }
    }

    private ServerPace paced(Server server) {
        return paces.computeIfAbsent(server, _ -> new ServerPace());
    }

    /** The number of the next request to end. */
    public long next() {
        return next.get();
    }

    /**
     * What has ended from this number on.
     *
     * @param number from 0
     * @param most requests, the latest
     */
    public Part from(long number, int most) {
        long last = next.get();
        List<Timeline> found = new ArrayList<>();
        long each = Math.max(number, last - KEPT);
        for (; each < last; each++) {
            Timeline there = ring.get(place(each));
            if (there == null || there.number() < each) {
                break; // it is being written at this moment
            }
            if (there.number() == each) {
                found.add(there);
            }
        }
        List<Timeline> latest = found.subList(Math.max(0, found.size() - most), found.size());
        return new Part(List.copyOf(latest), each, Math.max(0, each - number - latest.size()));
    }

    /** The latest request of this id. */
    public Optional<Timeline> request(String id) {
        return from(0, KEPT).requests().reversed().stream()
                .filter(each -> each.id().equals(id))
                .findFirst();
    }

    /** Those that ended in the last minute; of more than are kept as many as the kept ones tell. */
    public double requestsASecond(long now) {
        int found = 0;
        long first = now - MINUTE;
        for (long each = next.get() - 1; each >= 0 && found < KEPT; each--) {
            Timeline there = ring.get(place(each));
            if (there == null || there.record().at() < now - MINUTE) {
                break;
            }
            found++;
            first = there.record().at();
        }
        long millis = found < KEPT ? MINUTE : Math.max(1, now - first);
        return found * 1_000.0 / millis;
    }

    private static int place(long number) {
        return (int) (number % KEPT);
    }

    private void keep(String id, UsageRecord record, List<Event> events) {
        long number = next.getAndIncrement();
        String known = id.isEmpty() ? "chat-" + number : id;
        ring.set(place(number), new Timeline(number, known, record, events));
    }

    /** One request that runs; confined to its event loop. */
    private final class Followed implements RequestTrace {
        private final RequestTrace beside;
        private final long arrivedNanos = System.nanoTime();
        private final List<Event> events = new ArrayList<>(5);
        private @Nullable String refusal;
        private int attempts;

        Followed(RequestTrace beside) {
            this.beside = beside;
            events.add(Event.ARRIVED);
        }

        private long at() {
            return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - arrivedNanos);
        }

        private void add(Event event) {
            if (events.size() < MOST_EVENTS) {
                events.add(event);
            }
        }

        @Override
        public void waited(long millis) {
            beside.waited(millis);
            add(Event.waited(at(), millis));
        }

        @Override
        public void waitedForLoad(Server server, long millis, String reason) {
            beside.waitedForLoad(server, millis, reason);
            String failure = reason.isEmpty() ? null : reason;
            add(Event.loaded(at(), millis, server.toString(), failure));
        }

        @Override
        public void refused(String reason) {
            beside.refused(reason);
            refusal = reason.length() > MOST_WORDS ? reason.substring(0, MOST_WORDS) : reason;
        }

        @Override
        public AttemptTrace asking(
                Server server, ModelName model, int number, boolean streams, Ask ask, Facts facts) {
            Numbers numbers = Numbers.of(facts, Expectation.of(facts, ask.prompt().bytes()));
            Timeline.Choice why = new Timeline.Choice(ask.policy().word(), numbers);
            attempts++; // parts of a list begin to count anew, each
            add(Event.asking(at(), attempts, server.toString(), model.canonical(), why));
            return new Attempt(
                    this,
                    beside.asking(server, model, number, streams, ask, facts),
                    paced(server),
                    model,
                    attempts,
                    streams);
        }

        @Override
        public void ended(String id, UsageRecord record) {
            beside.ended(id, record);
            events.add(Event.ended(at(), record.outcome().word(), refusal));
            keep(id, record, List.copyOf(events));
        }
    }

    /** One attempt of it. */
    private static final class Attempt implements AttemptTrace {
        private final Followed request;
        private final AttemptTrace beside;
        private final ServerPace pace;
        private final ModelName model;
        private final int number;
        private final boolean streams;

        /** When the server was asked, and from its first token on when that came. */
        private long since = System.currentTimeMillis();

        Attempt(
                Followed request,
                AttemptTrace beside,
                ServerPace pace,
                ModelName model,
                int number,
                boolean streams) {
            this.request = request;
            this.beside = beside;
            this.pace = pace;
            this.model = model;
            this.number = number;
            this.streams = streams;
        }

        @Override
        public void sendTo(HttpClientRequest to) {
            beside.sendTo(to);
        }

        @Override
        public void answers() {
            beside.answers();
            if (streams) { // else it has come as a whole, and took its time before
                long now = System.currentTimeMillis();
                pace.firstToken(now, now - since);
                since = now;
                request.add(Event.firstToken(request.at(), number));
            }
        }

        @Override
        public void outcome(Outcome outcome) {
            beside.outcome(outcome);
            switch (outcome) {
                case Outcome.Answered _ -> {} // its end comes later
                case Outcome.ClientGone _ -> failed(outcome.word(), "the client left");
                case Outcome.Outrun _ -> failed(outcome.word(), "another server was faster");
                case Outcome.Full _, Outcome.Rejected _, Outcome.Unsent _ ->
                        failed(outcome.word(), Failures.reason(outcome));
                case Outcome.Refused _, Outcome.Broken _, Outcome.Lost _ ->
                        failedThere(outcome.word(), Failures.reason(outcome));
            }
        }

        @Override
        public void ended(Ending how, Usage usage) {
            beside.ended(how, usage);
            long now = System.currentTimeMillis();
            pace.answered(since, now, usage.completion());
            switch (how) {
                case Ending.Complete _ -> {
                    if (streams) {
                        pace.decoded(model, now - since, usage.completion());
                    }
                }
                case Ending.ClientGone _ -> failed(how.word(), "the client left");
                case Ending.Interrupted _ -> failed(how.word(), "the gateway stopped it");
                case Ending.Failed _ -> failedThere(how.word(), "it sent an error");
                case Ending.Truncated truncated -> failedThere(how.word(), truncated.reason());
            }
        }

        private void failed(String outcome, String reason) {
            request.add(Event.failed(request.at(), number, outcome, reason));
        }

        /** It was the server's. */
        private void failedThere(String outcome, String reason) {
            failed(outcome, reason);
            if (!reason.equals(Outcome.Refused.BREAKER_OPEN.reason())) {
                pace.failed(System.currentTimeMillis(), reason);
            }
        }
    }
}
