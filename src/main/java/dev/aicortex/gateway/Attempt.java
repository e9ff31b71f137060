package dev.aicortex.gateway;

import dev.aicortex.fleet.Holding;
import dev.aicortex.fleet.Job;
import dev.aicortex.fleet.Outcome;
import dev.aicortex.fleet.PromptBlocks;
import dev.aicortex.fleet.Server;
import dev.aicortex.model.CortexException;
import dev.aicortex.ollama.FailureText;
import dev.aicortex.ollama.OllamaConnections;
import dev.aicortex.relay.Delivery;
import dev.aicortex.relay.Ending;
import dev.aicortex.relay.Usage;
import dev.aicortex.routing.Failures;
import dev.aicortex.routing.Replies;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * One try of one request on one server: connect, send, wait until the server has said something,
 * hand to the delivery.
 */
final class Attempt implements Vigil.Watched {
    private static final Logger LOG = Logger.getLogger(Attempt.class);

    /** A connection that broke while it idled shows it when it is written to. */
    private static final long STALE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final OllamaConnections connections;
    private final Errand errand;
    private final Holding holding;
    private final PromptBlocks prompt;
    private final Server server;
    private final Optional<Duration> total;
    private final BooleanSupplier another;
    private final Vigil vigil;
    private final Promise<Outcome> outcome = Promise.promise();
    private final Promise<Ending> ending = Promise.promise();

    private @Nullable Job job;
    private @Nullable HttpClientRequest request;
    private @Nullable Delivery delivery;
    private Usage usage = Usage.NONE;
    private Future<Void> upload = Future.succeededFuture();
    private boolean retriedStale;
    private boolean begun;
    private long heardNanos = System.nanoTime();
    private boolean missed;
    private Runnable whenAhead = () -> {};

    /**
     * @param total how long the whole of the request may take; empty = any time
     * @param another whether another server may be asked in place of this one
     */
    Attempt(
            Vertx vertx,
            OllamaConnections connections,
            Looks looks,
            Errand errand,
            Place.Reserved place,
            Optional<Duration> total,
            BooleanSupplier another) {
        this.connections = connections;
        this.errand = errand;
        this.holding = place.holding();
        this.prompt = place.ask().prompt();
        this.server = place.server();
        this.total = total;
        this.another = another;
        this.vigil = new Vigil(vertx, looks, server, this);
    }

    /**
     * Starts; the outcome is certain once a first byte is on its way to the client or cannot be.
     */
    Future<Outcome> run() {
        if (outcome.future().isComplete()) {
            return outcome.future(); // the guard took a moment, and the client left meanwhile
        }
        job = !errand.occupies() ? null : server.start(holding, prompt);
        vigil.start();
        connect();
        return outcome.future();
    }

    /** The place that was kept for it, when it was not let out. */
    void giveBackUnused() {
        if (job == null) {
            server.release();
        }
    }

    /** What its model is asked. */
    PromptBlocks prompt() {
        return prompt;
    }

    /** How an answer ended whose outcome is {@link Outcome.Answered}. */
    Future<Ending> ending() {
        return ending.future();
    }

    /** The tokens that the server counted for an answer that has ended. */
    Usage usage() {
        return usage;
    }

    private Job.Told told() {
        return new Job.Told(usage.loadNanos(), usage.promptNanos(), usage.evalNanos());
    }

    /** Once it has ended: done when the client's connection has taken the last byte. */
    Future<Void> delivered() {
        return delivery == null ? Future.succeededFuture() : delivery.delivered();
    }

    /** The gateway waits no longer for the end of an answer that the client has a part of. */
    void interrupt(String reason) {
        if (delivery != null) {
            delivery.interrupt(reason);
        }
    }

    /** Runs when the server has said something of an answer, before any of it is given out. */
    void whenAhead(Runnable listener) {
        whenAhead = listener;
    }

    /** Another server begins to answer first: this one's work ends. */
    void outrun() {
        if (!outcome.future().isComplete()) {
            settle(new Outcome.Outrun());
            abort();
        }
    }

    void clientGone() {
        if (delivery != null) {
            delivery.clientGone();
            return;
        }
        if (!outcome.future().isComplete()) {
            settle(new Outcome.ClientGone());
            abort();
        }
    }

    private void connect() {
        errand.ready(holding).onSuccess(this::ready);
    }

    private void ready(Outcome found) {
        if (!(found instanceof Outcome.Answered)) {
            settle(found);
            return;
        }
        connections
                .open(server.url(), HttpMethod.POST, errand.path())
                .onSuccess(this::connected)
                .onFailure(failure -> settle(notConnected(FailureText.of(failure))));
    }

    /** A server that went away under the request has had it. */
    private Outcome notConnected(String reason) {
        return retriedStale ? Outcome.Broken.because(reason) : new Outcome.Refused(reason);
    }

    private void connected(HttpClientRequest opened) {
        opened.exceptionHandler(failure -> LOG.debugf("%s: %s", server, FailureText.of(failure)));
        if (outcome.future().isComplete()) {
            opened.reset(); // the client left, or the time was up, during the connect
            return;
        }
        request = opened;
        boolean reused = connections.reused(opened);
        heardNanos = System.nanoTime();
        opened.response().onSuccess(this::answered).onFailure(failure -> lost(failure, reused));
        upload = errand.sendTo(opened, holding);
        upload.onFailure(this::unsent);
    }

    /** A failure of the connection shows at its answer; what is left is the gateway's own. */
    private void unsent(Throwable failure) {
        if (failure instanceof CortexException ours && !outcome.future().isComplete()) {
            settle(new Outcome.Unsent(ours));
            abort();
        }
    }

    /** The connection broke before a head came. One that had idled in the pool proves nothing. */
    private void lost(Throwable failure, boolean reused) {
        if (outcome.future().isComplete()) {
            return;
        }
        boolean atOnce = System.nanoTime() - heardNanos < STALE_NANOS;
        if (reused && atOnce && !retriedStale) {
            retriedStale = true;
            connect();
            return;
        }
        settle(Outcome.Broken.because(FailureText.of(failure)));
    }

    private void answered(HttpClientResponse response) {
        if (outcome.future().isComplete()) {
            response.request().reset();
        } else if (response.statusCode() / 100 != 2) {
            readReply(response);
        } else if (!errand.takes(ReplyReader.contentType(response).toLowerCase(Locale.ROOT))) {
            response.request().reset();
            settle(Outcome.Broken.because("its answer is neither JSON nor a stream"));
        } else {
            deliver(response);
        }
    }

    private void readReply(HttpClientResponse response) {
        Buffer body = Buffer.buffer();
        response.exceptionHandler(
                failure -> settle(Outcome.Broken.because(FailureText.of(failure))));
        response.endHandler(_ -> judged(Replies.judge(ReplyReader.reply(response, body))));
        response.handler(chunk -> {
            body.appendBuffer(chunk);
            if (body.length() > ReplyReader.MAX_BODY) {
                settle(
                        Replies.judge(
                                ReplyReader.reply(
                                        response, body.getBuffer(0, ReplyReader.MAX_BODY))));
                response.request().reset();
            }
        });
    }

    private void judged(Outcome found) {
        boolean again = found.equals(Outcome.Lost.MODEL) && !outcome.future().isComplete();
        if (again && !missed && errand.missed(holding)) {
            missed = true;
            connect();
        } else {
            settle(found);
        }
    }

    private void deliver(HttpClientResponse response) {
        Delivery started = errand.delivery(response);
        delivery = started;
        started.begun().onSuccess(_ -> answers());
        started.ending().onSuccess(this::ended);
        started.start(whenAhead);
    }

    private void answers() {
        begun = true;
        errand.answers(holding);
        if (job != null) {
            job.answers(errand.streams());
        }
        settle(new Outcome.Answered());
    }

    private void ended(Ending how) {
        usage = delivery == null ? Usage.NONE : delivery.usage();
        if (job != null && how instanceof Ending.Complete) {
            job.complete(told(), errand.streams());
        }
        if (!outcome.future().isComplete()) {
            settle(
                    switch (how) {
                        case Ending.Truncated truncated ->
                                Outcome.Broken.because(truncated.reason());
                        case Ending.Failed failed -> Replies.judgeLate(failed.words());
                        case Ending.ClientGone _, Ending.Interrupted _ -> new Outcome.ClientGone();
                        case Ending.Complete _ -> new Outcome.Answered();
                    });
        }
        vigil.stop();
        release();
        ending.complete(how);
    }

    @Override
    public Duration silent() {
        return Duration.ofNanos(
                delivery == null ? System.nanoTime() - heardNanos : delivery.silentNanos());
    }

    @Override
    public Duration left() {
        return errand.left(total, !begun);
    }

    @Override
    public boolean replaceable() {
        return (!begun || errand.startsOver()) && another.getAsBoolean();
    }

    /** The request has run out of time, which says nothing of the server. */
    @Override
    public void late() {
        if (begun) {
            interrupt("it took longer than cortex.total-timeout");
        } else {
            giveUp(new Outcome.Lost("it had not answered when the time was up"));
        }
    }

    @Override
    public void dead(String reason) {
        giveUp(Outcome.Broken.because(reason));
    }

    private void giveUp(Outcome result) {
        settle(result);
        if (delivery != null) {
            delivery.giveUp(Failures.reason(result));
        } else {
            abort();
        }
    }

    private void abort() {
        if (request != null) {
            request.reset();
        }
    }

    private void settle(Outcome result) {
        if (outcome.future().isComplete()) {
            return;
        }
        if (!(result instanceof Outcome.Answered)) {
            vigil.stop();
            release();
            if (!upload.isComplete()) {
                abort(); // it answered without reading the body, and would never take the rest
            }
        }
        outcome.complete(result);
    }

    /** Once, whichever comes first of the outcome and the answer's end. */
    private void release() {
        if (job != null) {
            job.end();
        }
    }
}
