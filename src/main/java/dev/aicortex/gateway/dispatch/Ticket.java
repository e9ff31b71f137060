package dev.aicortex.gateway.dispatch;

import dev.aicortex.fleet.Holding;
import dev.aicortex.fleet.Server;
import dev.aicortex.model.CortexException;
import dev.aicortex.model.ModelName;
import dev.aicortex.routing.Ask;
import dev.aicortex.routing.Wait;
import dev.aicortex.routing.WaitingLine;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A request in the queue. Guarded by the queue. */
final class Ticket implements Phase.Work {
    private static final long MOST_COST = 32 * 1024;
    private static final long ANSWER_COST = 1_024;

    /** Why a request that does not wait for a load any more has not got it. */
    static final String STILL_LOADING = "it was still loading the model";

    private final Queue queue;
    private final Queue.Waiter request;
    private final ModelName model;
    private final Ask ask;
    private final long since;
    private final long deadline;
    private final WaitingLine.Ticket<Ticket> inLine;
    private int ahead;
    private @Nullable Reservation reservation;
    private @Nullable Holding awaited;
    private long awaitedSince;
    private boolean direct;

    /**
     * @param since in milliseconds
     * @param deadline until when it waits
     */
    Ticket(Queue queue, Queue.Waiter request, Ask ask, long since, long deadline) {
        this.queue = queue;
        this.request = request;
        this.model = request.model();
        this.ask = ask;
        this.since = since;
        this.deadline = deadline;
        this.inLine =
                new WaitingLine.Ticket<>(
                        this, request.priority(), request.key(), request.user(), cost(ask), since);
    }

    /** About the bytes that a server has to work through. */
    private static long cost(Ask ask) {
        return Math.min(MOST_COST, ANSWER_COST + ask.prompt().bytes());
    }

    Queue.Waiter request() {
        return request;
    }

    /** That it waits for; its request may have another one in the meantime. */
    ModelName model() {
        return model;
    }

    Ask ask() {
        return ask;
    }

    /** So many are before it in the queue. */
    void behind(int others) {
        ahead = others;
    }

    int ahead() {
        return ahead;
    }

    /** In milliseconds. */
    long since() {
        return since;
    }

    /** How long it may wait in all, in milliseconds. */
    long patience() {
        return deadline - since;
    }

    boolean late(long nowMillis) {
        return nowMillis >= deadline;
    }

    /** Whether its request has had a slot and lost it: then it is not turned away. */
    boolean returned() {
        return request.attempts() > 0;
    }

    WaitingLine.Ticket<Ticket> inLine() {
        return inLine;
    }

    /** It waits until the model is in memory there. */
    void awaits(Holding holding, long nowMillis) {
        if (holding != awaited) {
            awaitsNothing(nowMillis, STILL_LOADING);
            awaited = holding;
            awaitedSince = nowMillis;
        }
    }

    /**
     * It does not any more.
     *
     * @param reason why the model is not there; empty where it is
     */
    void awaitsNothing(long nowMillis, String reason) {
        awaitsNothing(nowMillis, reason, request::onLoop);
    }

    private void awaitsNothing(long nowMillis, String reason, Consumer<Runnable> onLoop) {
        if (awaited != null) {
            Server server = awaited.server();
            long millis = nowMillis - awaitedSince;
            awaited = null;
            onLoop.accept(() -> request.waitedForLoad(server, millis, reason));
        }
    }

    /** It is in no line any more, and waits for nothing; on its request's event loop. */
    void left(long nowMillis) {
        awaitsNothing(nowMillis, STILL_LOADING, Runnable::run);
    }

    @Nullable Holding awaited() {
        return awaited;
    }

    /** The server is to judge the request itself, however long its model takes to load. */
    void goDirectly() {
        direct = true;
    }

    boolean direct() {
        return direct;
    }

    /**
     * Its turn has come.
     *
     * @param found null when there is no server that it may go to
     */
    void got(@Nullable Reservation found, long nowMillis) {
        boolean there = found != null && awaited != null && found.server() == awaited.server();
        awaitsNothing(nowMillis, there ? "" : STILL_LOADING);
        reservation = found;
    }

    @Nullable Reservation reservation() {
        return reservation;
    }

    /** Tells its request what it got; not while the queue is locked. */
    void done(long nowMillis) {
        request.onLoop(() -> request.turn(reservation, nowMillis - since, ahead));
    }

    /** Tells its request that it waits no longer. */
    void fail(CortexException error) {
        request.onLoop(() -> request.failed(error));
    }

    @Override
    public Optional<Wait> waitsFor() {
        return Optional.of(queue.waitsFor(this));
    }

    @Override
    public void clientGone() {
        queue.leave(this);
    }
}
