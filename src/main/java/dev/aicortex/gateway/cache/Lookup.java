package dev.aicortex.gateway.cache;

import dev.aicortex.gateway.cache.AnswerCache.Result;
import dev.aicortex.gateway.cache.Flights.Turn;
import dev.aicortex.gateway.calls.OwnLoop;
import dev.aicortex.gateway.tracing.RequestTrace;
import dev.aicortex.relay.Outgoing;
import dev.aicortex.relay.Sink;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One request whose whole answer may be kept: it is looked for, another request that asks for it
 * now is waited for, or the request asks a server and its answer is kept for others.
 */
public final class Lookup implements Detour {
    private static final Future<Found> NOTHING = Future.succeededFuture(new Found.Nothing());

    private final Vertx vertx;
    private final AnswerCache cache;
    private final Question question;
    private final boolean stream;
    private final boolean fresh;
    private final Consumer<Result> told;
    private String content = "";
    private String key = "";
    private final List<Recording> recordings = new ArrayList<>(1);
    private Flights.@Nullable Seat seat;
    private boolean leads;
    private boolean over;

    /**
     * @param stream whether a stream was asked for
     * @param fresh whether what is kept is not wanted
     * @param told what the cache has to do with the answer
     */
    public Lookup(
            Vertx vertx,
            AnswerCache cache,
            Question question,
            boolean stream,
            boolean fresh,
            Consumer<Result> told) {
        this.vertx = vertx;
        this.cache = cache;
        this.question = question;
        this.stream = stream;
        this.fresh = fresh;
        this.told = told;
    }

    @Override
    public Future<Found> find(String served, int servers, RequestTrace trace) {
        if (served.isEmpty()) { // what a model answers is not known to be the same tomorrow
            told.accept(Result.BYPASS);
            return NOTHING;
        }
        content = served;
        key = question.key(served);
        if (fresh) {
            return miss();
        }
        Future<Map<String, Kept>> found = cache.find(List.of(key));
        return (found.isComplete() ? found : OwnLoop.here(vertx, found)).compose(this::looked);
    }

    private Future<Found> looked(Map<String, Kept> found) {
        Kept kept = found.get(key);
        return over ? NOTHING : kept != null ? hit(kept) : join();
    }

    private Future<Found> hit(Kept kept) {
        told.accept(Result.HIT);
        return Future.succeededFuture(new Found.Answer(kept));
    }

    private Future<Found> miss() {
        told.accept(Result.MISS);
        return NOTHING;
    }

    private Future<Found> join() {
        Optional<Flights.Seat> taken = cache.flights.join(key);
        if (taken.isPresent()) {
            seat = taken.get();
            return OwnLoop.here(vertx, seat.turn()).compose(this::turn);
        }
        leads = true;
        Optional<Kept> landed = cache.here(key); // since it was looked for
        landed.ifPresent(kept -> land(new Turn.Landed(kept)));
        return landed.map(this::hit).orElseGet(this::miss);
    }

    private Future<Found> turn(Turn turn) {
        seat = null;
        leads = turn instanceof Turn.Leads;
        if (over) {
            pass();
            return NOTHING;
        }
        return turn instanceof Turn.Landed(Kept kept) ? hit(kept) : miss();
    }

    private void land(Turn turn) {
        if (leads) {
            leads = false;
            cache.flights.land(key, turn);
        }
    }

    private void pass() {
        if (leads) {
            leads = false;
            cache.flights.handOver(key);
        }
    }

    @Override
    public Sink sink(Sink client, Outgoing answer, String from) {
        if (key.isEmpty() || !from.equals(content)) {
            land(new Turn.Alone());
            return client;
        }
        Recording recording =
                new Recording(client, answer, cache.longest(), cache.passing, new Keeping());
        recordings.add(recording);
        return recording;
    }

    private final class Keeping implements Recording.Listener {
        @Override
        public void whole(Kept kept) {
            if (kept.stream() == stream && !failed(kept)) {
                cache.keep(key, kept);
                land(new Turn.Landed(kept));
            }
        }

        @Override
        public void useless() {
            land(new Turn.Alone());
        }

        /** Nobody is to wait for somebody else's slow connection. */
        @Override
        public void slow() {
            land(new Turn.Alone());
        }
    }

    /** A stream of {@code /v1/responses} may have an error for its end. */
    private static boolean failed(Kept kept) {
        Buffer bytes = kept.bytes();
        return kept.stream()
                && bytes.toString(StandardCharsets.ISO_8859_1).contains("event: response.failed");
    }

    @Override
    public void over(boolean clientLeft) {
        over = true;
        recordings.forEach(Recording::forget);
        if (seat != null) {
            cache.flights.leave(key, seat);
        }
        if (clientLeft) {
            pass();
        } else {
            land(new Turn.Alone());
        }
    }
}
