package dev.aicortex.relay;

import dev.aicortex.model.Endpoint;
import dev.aicortex.ollama.FailureText;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Moves one answer from a server to a client on the event loop of both.
 *
 * <p>The chunks that one read brought are written as one: a server flushes each token, and a write
 * a token costs a system call a token. A lone token still leaves at once. Nothing reaches the
 * client, the head included, before the server has said something of an answer; until then another
 * server may take over. Behind the terminal event nothing is judged any more.
 */
public final class Relay implements Delivery {
    private static final Buffer NOTHING = Buffer.buffer(0);

    /** Nothing that only announces an answer is that long. */
    private static final int MOST_ANNOUNCED = 4 << 20;

    /** How long a server may take to end an answer that has had its terminal event. */
    private static final long TAIL_MILLIS = 2_000;

    private final Vertx vertx;
    private final Context context;
    private final HttpClientResponse from;
    private final HttpServerResponse to;
    private final HttpServerRequest client;
    private final Outgoing outgoing;
    private final Promise<Void> begun = Promise.promise();
    private final Promise<Ending> ending = Promise.promise();
    private Future<Void> lastWrite = Future.succeededFuture();

    private Runnable ahead = () -> {};
    private boolean committed;
    private Buffer announced = NOTHING;
    private boolean announcedIsOurs;
    private @Nullable Buffer pending;
    private boolean pendingIsOurs;
    private boolean paused;
    private boolean settled;
    private boolean finished;
    private long lastRead = System.nanoTime();
    private long lastWritten = lastRead;
    private long tailTimer = -1;

    /**
     * @param model as the client spelt it
     */
    public Relay(
            Vertx vertx,
            HttpClientResponse from,
            HttpServerResponse to,
            HttpServerRequest client,
            Endpoint endpoint,
            String model,
            Rewriting rewriting) {
        this.vertx = vertx;
        this.context = vertx.getOrCreateContext();
        this.from = from;
        this.to = to;
        this.client = client;
        this.outgoing = new Outgoing(from, endpoint, model, rewriting);
    }

    @Override
    public void start(Runnable whenSaid) {
        ahead = whenSaid;
        from.exceptionHandler(this::lost);
        from.endHandler(_ -> ended());
        from.handler(this::read);
    }

    @Override
    public Future<Void> begun() {
        return begun.future();
    }

    @Override
    public Future<Ending> ending() {
        return ending.future();
    }

    @Override
    public Future<Void> delivered() {
        return lastWrite.otherwiseEmpty();
    }

    @Override
    public long silentNanos() {
        return paused || settled ? 0 : System.nanoTime() - lastRead;
    }

    /** When the client was last sent something of the answer, on the clock of nanoTime. */
    public long lastWritten() {
        return lastWritten;
    }

    /** Whether the client may be sent an event of the gateway's own now. */
    public boolean betweenEvents() {
        return !to.writeQueueFull()
                && (!committed || (outgoing.betweenEvents() && !outgoing.complete()));
    }

    @Override
    public void clientGone() {
        if (!settled) {
            settle(new Ending.ClientGone(), Future::succeededFuture);
            stop();
        }
    }

    @Override
    public void interrupt(String reason) {
        breakOff(new Ending.Interrupted(), reason);
    }

    @Override
    public void giveUp(String reason) {
        broken(reason);
    }

    private void stop() {
        if (!finished) {
            finished = true;
            Halt.stop(from, context);
        }
    }

    private void read(Buffer chunk) {
        if (pending == null) {
            pending = chunk;
            pendingIsOurs = false;
            context.runOnContext(_ -> flush());
        } else if (pendingIsOurs) {
            pending.appendBuffer(chunk);
        } else {
            pending = Buffer.buffer(1024).appendBuffer(pending).appendBuffer(chunk);
            pendingIsOurs = true;
        }
    }

    private void flush() {
        Buffer chunk = pending;
        pending = null;
        if (chunk == null || settled) {
            return;
        }
        lastRead = System.nanoTime();
        boolean whole = outgoing.complete();
        pass(outgoing.accept(chunk));
        if (!whole && outgoing.stream() && outgoing.complete() && !finished) {
            tailTimer = vertx.setTimer(TAIL_MILLIS, _ -> giveUp("it did not end its answer"));
        }
    }

    /** What only announces an answer waits for the answer. */
    private void pass(Buffer out) {
        if (!committed) {
            announce(out);
            if (outgoing.failure().isPresent()) {
                failed(outgoing.failure().get());
            } else if (announced.length() > MOST_ANNOUNCED && !outgoing.said()) {
                broken("it announces an answer without end");
            } else if (outgoing.said() && announced.length() > 0 && commit()) {
                Buffer first = announced;
                announced = NOTHING;
                write(first);
            }
            return;
        }
        write(out);
        if (!outgoing.complete()) {
            outgoing.failure().ifPresent(this::failed);
        }
    }

    private static Buffer joined(Buffer one, Buffer other) {
        if (one.length() == 0) {
            return other;
        }
        return other.length() == 0
                ? one
                : Buffer.buffer(one.length() + other.length())
                        .appendBuffer(one)
                        .appendBuffer(other);
    }

    /** Grows by itself: an announcement may come in very many pieces. */
    private void announce(Buffer piece) {
        if (announced.length() > 0 && announcedIsOurs) {
            announced.appendBuffer(piece);
        } else {
            announcedIsOurs = announced.length() > 0 && piece.length() > 0;
            announced = joined(announced, piece);
        }
    }

    private void write(Buffer out) {
        if (out.length() == 0) {
            return;
        }
        lastWritten = lastRead;
        to.write(out);
        if (to.writeQueueFull() && !paused) {
            paused = true;
            from.pause();
            to.drainHandler(_ -> resume());
        }
    }

    private void resume() {
        paused = false;
        lastRead = System.nanoTime();
        from.resume();
    }

    /**
     * From here on the answer is the client's. Its head may be out already, as that of a stream
     * which was kept alive until now: then only a stream can follow.
     *
     * @return whether it can
     */
    private boolean commit() {
        if (to.headWritten() && !outgoing.stream()) {
            settle(
                    Ending.Truncated.broken(
                            "it answered with a document where a stream was asked for"),
                    Future::succeededFuture);
            stop();
            return false;
        }
        ahead.run();
        if (!to.headWritten()) {
            outgoing.writeHead(to);
        }
        committed = true;
        begun.complete();
        return true;
    }

    private void lost(Throwable failure) {
        finished = true;
        broken(FailureText.of(failure));
    }

    private void ended() {
        finished = true;
        flush();
        if (settled) {
            return;
        }
        Buffer rest = outgoing.rest();
        boolean whole = outgoing.complete() && (committed || outgoing.failure().isEmpty());
        if (whole) {
            complete(joined(announced, rest));
        } else if (outgoing.failure().isPresent()) {
            failed(outgoing.failure().get());
        } else if (committed && outgoing.toldFailure()) {
            write(rest);
            Ending.Truncated said = Ending.Truncated.said(outgoing.errorWords());
            breakOff(said, said.reason());
        } else {
            String reason = committed ? "its answer ended too early" : "it sent an empty answer";
            breakOff(Ending.Truncated.clean(reason), reason);
        }
    }

    private void complete(Buffer last) {
        if (committed || commit()) {
            settle(new Ending.Complete(), () -> LastBytes.end(client, to, last));
        }
    }

    @Override
    public Usage usage() {
        return outgoing.usage();
    }

    private void failed(String words) {
        if (committed) {
            breakOff(Ending.Truncated.said(Optional.of(words)), words);
        } else {
            settle(new Ending.Failed(words), Future::succeededFuture);
            stop();
        }
    }

    private void broken(String reason) {
        breakOff(Ending.Truncated.broken(reason), reason);
    }

    /**
     * @param reason for the client
     */
    private void breakOff(Ending how, String reason) {
        flush();
        if (settled) {
            return;
        }
        if (outgoing.stream() && outgoing.said()) {
            Buffer rest = outgoing.rest();
            if (outgoing.complete()) {
                complete(joined(announced, rest));
                stop();
                return;
            }
        }
        boolean goesOn =
                how instanceof Ending.Truncated truncated
                        && outgoing.goesOn(truncated.words().orElse(""));
        boolean told = committed && !goesOn;
        settle(how, () -> told ? tell(reason) : Future.succeededFuture());
        stop();
    }

    /** An error event where one can be added, and a connection that breaks. */
    private Future<Void> tell(String reason) {
        Buffer words = outgoing.toldFailure() ? NOTHING : outgoing.lastWords(reason);
        return LastBytes.breakOff(client, to, words);
    }

    private void settle(Ending how, Supplier<Future<Void>> lastWords) {
        if (settled) {
            return;
        }
        settled = true;
        vertx.cancelTimer(tailTimer);
        if (!committed) {
            begun.tryFail(how.toString());
        }
        lastWrite = lastWords.get();
        ending.complete(how);
    }
}
