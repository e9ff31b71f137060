package dev.aicortex.gateway.dispatch;

import dev.aicortex.dialect.Usage;
import dev.aicortex.fleet.Holding;
import dev.aicortex.fleet.Job;
import dev.aicortex.fleet.Outcome;
import dev.aicortex.fleet.PromptBlocks;
import dev.aicortex.fleet.Server;
import dev.aicortex.gateway.calls.Looks;
import dev.aicortex.gateway.calls.ReplyReader;
import dev.aicortex.gateway.calls.SilenceWatch;
import dev.aicortex.gateway.tracing.AttemptTrace;
import dev.aicortex.model.CortexException;
import dev.aicortex.ollama.FailureText;
import dev.aicortex.ollama.OllamaConnections;
import dev.aicortex.ollama.UpstreamCall;
import dev.aicortex.ollama.UpstreamConnection;
import dev.aicortex.relay.AnswerPump;
import dev.aicortex.relay.Ending;
import dev.aicortex.routing.Failures;
import dev.aicortex.routing.Replies;
import dev.aicortex.routing.Wait;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One try of one request on one server: connect, send, wait until the server has said something,
 * pump the answer. Confined to its event loop.
 */
final class Attempt
        implements Phase.Work, UpstreamCall.Exchange, AnswerPump.Listener, SilenceWatch.Watched {
    private static final double UNKNOWN = -1;

    private final Reservation reservation;
    private final Dispatch owner;
    private final UpstreamCall call;
    private final SilenceWatch silence;
    private final AttemptTrace trace;
    private final long startedNanos = System.nanoTime();
    private final Promise<Outcome> outcome = Promise.promise();
    private @Nullable Job job;
    private @Nullable AnswerPump pump;
    private boolean begun;
    private boolean missed;

    Attempt(
            OllamaConnections connections,
            Looks looks,
            Dispatch owner,
            Reservation reservation,
            AttemptTrace trace) {
        this.owner = owner;
        this.reservation = reservation;
        this.trace = trace;
        this.call =
                new UpstreamCall(connections, server().url(), HttpMethod.POST, owner.path(), this);
        this.silence = new SilenceWatch(looks, server(), this);
    }

    Reservation reservation() {
        return reservation;
    }

    Server server() {
        return reservation.server();
    }

    AttemptTrace trace() {
        return trace;
    }

    Holding holding() {
        return reservation.holding();
    }

    /** What its model is asked. */
    PromptBlocks prompt() {
        return reservation.ask().prompt();
    }

    /** How long it has run, in nanoseconds. */
    long elapsedNanos() {
        return System.nanoTime() - startedNanos;
    }

    /**
     * Starts, unless the server's breaker is open.
     *
     * @return certain once a first byte is on its way to the client or cannot be; never fails
     */
    Future<Outcome> start() {
        return server().attempt(this::run).onComplete(_ -> giveBackUnused());
    }

    private Future<Outcome> run() {
        if (owner.occupies()) {
            job = server().start(holding(), prompt());
        }
        try {
            connect();
        } catch (RuntimeException e) {
            release();
            throw e;
        }
        return outcome.future();
    }

    /** The slot, when no job took it over. */
    private void giveBackUnused() {
        if (job == null) {
            reservation.release();
        }
    }

    /** The tokens that the server counted, once the answer has ended. */
    Usage usage() {
        return pump == null ? Usage.NONE : pump.usage();
    }

    /** How much of the prompt the server had cached, 0 to 1; negative when nobody looked. */
    double cachedShare() {
        return job == null ? UNKNOWN : job.cachedShare();
    }

    /** Once it has ended: done when the client has the last byte, or has left; never fails. */
    Future<Void> delivered() {
        return pump == null ? Future.succeededFuture() : pump.delivered();
    }

    /** The gateway waits no longer for the end of an answer that the client has a part of. */
    void interrupt(String reason) {
        if (pump != null) {
            pump.interrupt(reason);
        }
    }

    @Override
    public void stop() {
        if (!settled()) {
            settle(new Outcome.Outrun());
        }
        if (pump != null) {
            pump.clientGone();
        } else {
            call.stop();
        }
    }

    @Override
    public void clientGone() {
        if (pump != null) {
            pump.clientGone();
        } else if (!settled()) {
            settle(new Outcome.ClientGone());
            call.stop();
        }
    }

    @Override
    public Optional<Wait> waitsFor() {
        return Optional.of(
                holding().resident() ? new Wait.Answer(server()) : new Wait.Load(holding()));
    }

    @Override
    public void tick(long now) {
        if (pump != null) {
            pump.tick(now);
        }
        silence.tick(now);
    }

    private boolean settled() {
        return outcome.future().isComplete();
    }

    private void connect() {
        owner.ready(holding())
                .onSuccess(found -> {
                    if (found instanceof Outcome.Answered) {
                        call.start();
                    } else {
                        settle(found);
                    }
                });
    }

    @Override
    public Future<Void> send(HttpClientRequest request) {
        if (owner.streams()) {
            UpstreamConnection.of(request).expectStream();
        }
        try {
            return owner.send(request, this).onFailure(this::unsent);
        } catch (RuntimeException e) {
            unsent(Dispatcher.known(e));
            return Future.failedFuture(e);
        }
    }

    /** Only a connection that had died while it idled breaks at once. */
    @Override
    public boolean repeatable(boolean atOnce) {
        return atOnce;
    }

    /** A failure of the connection shows at its answer; what is left is the gateway's own. */
    private void unsent(Throwable failure) {
        if (failure instanceof CortexException ours && !settled()) {
            settle(new Outcome.Unsent(ours));
            call.stop();
        }
    }

    @Override
    public void failed(Throwable failure, boolean sent) {
        String reason = FailureText.of(failure);
        settle(sent ? Outcome.Broken.because(reason) : new Outcome.Refused(reason));
    }

    @Override
    public void answered(HttpClientResponse response) {
        if (response.statusCode() / 100 != 2) {
            readReply(response);
        } else if (!owner.takes(ReplyReader.contentType(response).toLowerCase(Locale.ROOT))) {
            call.stop();
            settle(Outcome.Broken.because("its answer is neither JSON nor a stream"));
        } else {
            pump = owner.pump(this, response);
            pump.start();
        }
    }

    private void readReply(HttpClientResponse response) {
        Buffer body = Buffer.buffer();
        response.exceptionHandler(
                failure -> settle(Outcome.Broken.because(FailureText.of(failure))));
        response.endHandler(_ -> {
            call.ended();
            judged(Replies.judge(ReplyReader.reply(response, body)));
        });
        response.handler(chunk -> {
            body.appendBuffer(chunk);
            if (body.length() > ReplyReader.MAX_BODY) {
                Buffer read = body.getBuffer(0, ReplyReader.MAX_BODY);
                settle(Replies.judge(ReplyReader.reply(response, read)));
                call.stop();
            }
        });
    }

    private void judged(Outcome found) {
        boolean again = found.equals(Outcome.Lost.MODEL) && !settled();
        if (again && !missed && owner.missed(holding())) {
            missed = true;
            connect();
        } else {
            settle(found);
        }
    }

    @Override
    public void content() {
        owner.content(this);
        begun = true;
        if (job != null) {
            job.answers(owner.streams());
        }
        settle(new Outcome.Answered());
    }

    @Override
    public void ended(Ending how) {
        if (job != null && how instanceof Ending.Complete) {
            Usage usage = usage();
            job.complete(
                    new Job.Told(usage.loadNanos(), usage.promptNanos(), usage.evalNanos()),
                    owner.streams());
        }
        settle(
                switch (how) {
                    case Ending.Truncated truncated -> Outcome.Broken.because(truncated.reason());
                    case Ending.Failed failed -> Replies.judgeLate(failed.words());
                    case Ending.ClientGone _, Ending.Interrupted _ -> new Outcome.ClientGone();
                    case Ending.Complete _ -> new Outcome.Answered();
                });
        release();
        if (begun) {
            owner.ended(this, how);
        }
    }

    @Override
    public long silentNanos(long now) {
        return pump == null ? now - call.sentNanos() : pump.silentNanos(now);
    }

    @Override
    public long leftNanos(long now) {
        return owner.leftNanos(now, begun);
    }

    @Override
    public boolean replaceable() {
        return owner.replaceable(this, begun);
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
        if (pump != null) {
            pump.giveUp(Failures.reason(result));
        } else {
            call.stop();
        }
    }

    private void settle(Outcome result) {
        if (settled()) {
            return;
        }
        if (!(result instanceof Outcome.Answered)) {
            release();
            call.enough(); // it answered without reading the body, and would never take the rest
        }
        outcome.complete(result);
    }

    /** Once, whichever comes first of the outcome and the answer's end. */
    private void release() {
        silence.stop();
        if (job != null) {
            job.end();
        }
    }
}
