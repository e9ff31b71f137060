package dev.aicortex.gateway;

import dev.aicortex.config.CortexConfig;
import dev.aicortex.fleet.Holding;
import dev.aicortex.fleet.Job;
import dev.aicortex.fleet.Outcome;
import dev.aicortex.fleet.PromptBlocks;
import dev.aicortex.fleet.Reply;
import dev.aicortex.fleet.Server;
import dev.aicortex.gateway.Patience.Found;
import dev.aicortex.model.CortexException;
import dev.aicortex.ollama.FailureText;
import dev.aicortex.ollama.OllamaConnections;
import dev.aicortex.relay.Delivery;
import dev.aicortex.relay.Ending;
import dev.aicortex.relay.Usage;
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
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * One try of one request on one server: connect, send, wait for the first byte, hand to the
 * delivery.
 */
final class Attempt {
    private static final Logger LOG = Logger.getLogger(Attempt.class);

    private final Vertx vertx;
    private final OllamaConnections connections;
    private final CortexConfig config;
    private final Errand errand;
    private final Holding holding;
    private final PromptBlocks prompt;
    private final Server server;
    private final Promise<Outcome> outcome = Promise.promise();
    private final Promise<Ending> ending = Promise.promise();
    private final Patience.Limits limits;
    private long timer;
    private long startedMillis;

    private @Nullable Job job;
    private @Nullable HttpClientRequest request;
    private @Nullable Delivery delivery;
    private Usage usage = Usage.NONE;
    private Future<Void> upload = Future.succeededFuture();
    private boolean sent;
    private boolean retriedStale;
    private boolean missed;
    private Runnable whenAhead = () -> {};

    Attempt(
            Vertx vertx,
            OllamaConnections connections,
            CortexConfig config,
            Errand errand,
            Holding holding,
            PromptBlocks prompt,
            Patience.Limits limits) {
        this.vertx = vertx;
        this.connections = connections;
        this.config = config;
        this.errand = errand;
        this.holding = holding;
        this.prompt = prompt;
        this.server = holding.server();
        this.limits = limits;
    }

    /**
     * Starts; the outcome is certain once a first byte is on its way to the client or cannot be.
     */
    Future<Outcome> run() {
        if (outcome.future().isComplete()) {
            return outcome.future(); // the guard took a moment, and the client left meanwhile
        }
        startedMillis = server.nowMillis();
        job = !errand.occupies() ? null : server.start(holding, prompt);
        timer = vertx.setTimer(limits.first().toMillis(), _ -> overdue());
        connect();
        return outcome.future();
    }

    /** The place that was kept for it, when it was not let out. */
    void giveBackUnused() {
        if (job == null) {
            server.release();
        }
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

    /** Runs when the server begins a good answer, before anything of it is given out. */
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
                .onFailure(failure -> settle(new Outcome.Refused(FailureText.of(failure))));
    }

    private void connected(HttpClientRequest opened) {
        opened.exceptionHandler(failure -> LOG.debugf("%s: %s", server, FailureText.of(failure)));
        if (outcome.future().isComplete()) {
            opened.reset(); // the client left, or the time was up, during the connect
            return;
        }
        request = opened;
        boolean reused = connections.reused(opened);
        sent = true;
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
        if (reused && !retriedStale) {
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
            whenAhead.run();
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

    /** The error that a server did not know of yet when it sent its 200. */
    static Reply refusal(Ending.Rejected rejected) {
        String body = AnswerLine.JSON.createObjectNode().put("error", rejected.words()).toString();
        return new Reply(400, "application/json", Buffer.buffer(body));
    }

    private void deliver(HttpClientResponse response) {
        Delivery started = errand.delivery(response);
        delivery = started;
        started.firstByte().onSuccess(_ -> answers());
        started.ending().onSuccess(this::ended);
        started.start();
    }

    private void answers() {
        errand.answers(holding);
        if (job != null) {
            job.answers(errand.streams());
        }
        settle(new Outcome.Answered());
        limits.total().ifPresent(this::watchTotal);
    }

    private void watchTotal(Duration total) {
        long rest = total.toMillis() - errand.elapsedNanos() / 1_000_000;
        timer =
                vertx.setTimer(
                        Math.max(1, rest),
                        _ ->
                                interrupt(
                                        "it took longer than cortex.total-timeout, "
                                                + total.toSeconds()
                                                + " s"));
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
                        case Ending.Rejected rejected -> new Outcome.Rejected(refusal(rejected));
                        case Ending.ClientGone _, Ending.Interrupted _ -> new Outcome.ClientGone();
                        case Ending.Complete _ -> new Outcome.Answered();
                    });
        }
        vertx.cancelTimer(timer);
        release();
        ending.complete(how);
    }

    /** A model that is in memory should have answered, unless the server has a reason. */
    private void overdue() {
        if (!limits.looks()) {
            late(limits.first());
            return;
        }
        limits.look(startedMillis)
                .onComplete(look -> lookedAt(look.succeeded() ? look.result() : Found.HUNG));
    }

    private void lookedAt(Found found) {
        if (outcome.future().isComplete()) {
            return;
        }
        long rest = limits.last().toMillis() - (server.nowMillis() - startedMillis);
        long again = limits.first().toMillis();
        if (found == Found.HUNG) {
            late(limits.first());
        } else if (found == Found.BUSY && rest > again) {
            timer = vertx.setTimer(again, _ -> overdue());
        } else {
            timer = vertx.setTimer(Math.max(1, rest), _ -> late(limits.last()));
        }
    }

    private void late(Duration waited) {
        String reason =
                sent
                        ? "no first byte within " + waited.toMillis() / 1000.0 + " s"
                        : "no connection in time";
        boolean cutShort =
                waited.equals(limits.last())
                        && limits.last().compareTo(config.firstByteTimeout()) < 0;
        settle(cutShort ? new Outcome.Lost(reason) : Outcome.Broken.because(reason));
        if (delivery != null) {
            delivery.abandon(reason);
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
        vertx.cancelTimer(timer);
        if (!(result instanceof Outcome.Answered)) {
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
