package dev.aicortex.gateway;

import dev.aicortex.fleet.Holding;
import dev.aicortex.model.CortexException;
import dev.aicortex.model.ModelName;
import dev.aicortex.routing.Ask;
import dev.aicortex.routing.WaitingLine;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A request that waits for a place. Everything but its promise is guarded by the admission. */
final class Waiter {
    private static final long MOST_COST = 32 * 1024;
    private static final long ANSWER_COST = 1_024;

    private final Errand errand;
    private final ModelName model;
    private final Ask ask;
    private final Promise<Place> promise;
    private final long since;
    private final long deadline;
    private final WaitingLine.Ticket<Waiter> ticket;
    private int ahead;
    private @Nullable Place place;
    private @Nullable Holding awaited;
    private boolean direct;

    /**
     * @param promise completed on the errand's event loop
     * @param since in milliseconds
     * @param deadline until when it waits
     */
    Waiter(Errand errand, Ask ask, Promise<Place> promise, long since, long deadline) {
        this.errand = errand;
        this.model = errand.model();
        this.ask = ask;
        this.promise = promise;
        this.since = since;
        this.deadline = deadline;
        this.ticket =
                new WaitingLine.Ticket<>(this, errand.priority(), errand.key(), cost(ask), since);
    }

    /** About the bytes that a server has to work through. */
    private static long cost(Ask ask) {
        return Math.min(MOST_COST, ANSWER_COST + ask.prompt().bytes());
    }

    Errand errand() {
        return errand;
    }

    /** That it waits for; its errand may have another one in the meantime. */
    ModelName model() {
        return model;
    }

    Ask ask() {
        return ask;
    }

    /** So many are before it in the line. */
    void behind(int others) {
        ahead = others;
    }

    /** How long it may wait in all, in milliseconds. */
    long patience() {
        return deadline - since;
    }

    /** Whether its errand has had a place and lost it: then it is not turned away. */
    boolean returned() {
        return errand.attempts() > 0;
    }

    /** Tells its errand how long it waited. */
    void tell(long nowMillis) {
        if (nowMillis > since) {
            errand.waited(nowMillis - since, ahead);
        }
    }

    long since() {
        return since;
    }

    int ahead() {
        return ahead;
    }

    boolean late(long nowMillis) {
        return nowMillis >= deadline;
    }

    WaitingLine.Ticket<Waiter> ticket() {
        return ticket;
    }

    Future<Place> future() {
        return promise.future();
    }

    /** It waits until the model is in memory there. */
    void awaits(@Nullable Holding holding) {
        awaited = holding;
    }

    /** The server is to judge the request itself, however long its model takes to load. */
    void goDirectly() {
        direct = true;
    }

    boolean direct() {
        return direct;
    }

    @Nullable Holding awaited() {
        return awaited;
    }

    void got(Place found) {
        place = found;
    }

    /** Tells it what it got; not while the admission is locked. */
    void done() {
        Place found = Objects.requireNonNull(place, "it has no place");
        if (!promise.tryComplete(found) && found instanceof Place.Reserved reserved) {
            reserved.release();
        }
    }

    /** Tells it that it waits no longer. */
    void fail(CortexException error) {
        promise.tryFail(error);
    }
}
