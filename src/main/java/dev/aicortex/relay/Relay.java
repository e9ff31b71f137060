package dev.aicortex.relay;

import dev.aicortex.model.CortexException;
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
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Moves one answer from a server to a client on the event loop of both.
 *
 * <p>The chunks that one read brought are written as one: a server flushes each token, and a write
 * a token costs a system call a token. A lone token still leaves at once. Nothing reaches the
 * client, the head included, before there is a first whole piece of the answer; until then another
 * server may take over.
 */
public final class Relay implements Delivery {
    private static final Buffer NOTHING = Buffer.buffer(0);

    private final Vertx vertx;
    private final Context context;
    private final HttpClientResponse from;
    private final HttpServerResponse to;
    private final HttpServerRequest client;
    private final Outgoing outgoing;
    private final long idleNanos;
    private final Promise<Void> firstByte = Promise.promise();
    private final Promise<Ending> ending = Promise.promise();
    private Future<Void> lastWrite = Future.succeededFuture();

    private boolean committed;
    private @Nullable Buffer pending;
    private boolean pendingIsOurs;
    private boolean paused;
    private boolean settled;
    private boolean finished;
    private long lastRead = System.nanoTime();
    private long idleTimer = -1;

    public Relay(
            Vertx vertx,
            HttpClientResponse from,
            HttpServerResponse to,
            HttpServerRequest client,
            Endpoint endpoint,
            Rewriting rewriting,
            Duration idle) {
        this.vertx = vertx;
        this.context = vertx.getOrCreateContext();
        this.from = from;
        this.to = to;
        this.client = client;
        this.outgoing = new Outgoing(from, endpoint, rewriting);
        this.idleNanos = idle.toNanos();
    }

    @Override
    public void start() {
        from.exceptionHandler(failure -> broken(FailureText.of(failure)));
        from.endHandler(_ -> ended());
        from.handler(this::read);
    }

    /** Done when the first byte is on its way to the client; fails when there will be none. */
    @Override
    public Future<Void> firstByte() {
        return firstByte.future();
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
    public void abandon(String reason) {
        settle(new Ending.Truncated(reason), Future::succeededFuture);
        stop();
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
        write(outgoing.accept(chunk));
    }

    private void write(Buffer out) {
        if (out.length() == 0) {
            return;
        }
        if (!committed) {
            if (!commit()) {
                return;
            }
            watchIdle(idleNanos);
        }
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
        if (!to.headWritten()) {
            outgoing.writeHead(to);
        } else if (!outgoing.stream()) {
            broken("it answered with a document where a stream was asked for");
            return false;
        }
        committed = true;
        firstByte.complete();
        return true;
    }

    /**
     * One timer a stream, armed again for what is left: a timer a chunk would cost more than the
     * chunk.
     */
    private void watchIdle(long nanos) {
        idleTimer = vertx.setTimer(nanos / 1_000_000 + 1, _ -> checkIdle());
    }

    private void checkIdle() {
        long silent = paused ? 0 : System.nanoTime() - lastRead;
        if (silent >= idleNanos) {
            broken("it was silent for " + Duration.ofNanos(idleNanos).toSeconds() + " s");
        } else {
            watchIdle(idleNanos - silent);
        }
    }

    private void ended() {
        finished = true;
        Buffer last = lastPiece();
        if (settled) {
            return;
        }
        if (outgoing.complete()) {
            completeWith(last);
            return;
        }
        write(last);
        broken(committed ? "its answer ended too early" : "it sent an empty answer");
    }

    private void completeWith(Buffer last) {
        Buffer end;
        try {
            end = outgoing.whole(last);
        } catch (CortexException e) {
            broken(e.text());
            return;
        }
        complete(end);
    }

    /** What the last read brought, not written yet: it goes out in one piece with the end. */
    private Buffer lastPiece() {
        Buffer chunk = pending;
        pending = null;
        return chunk == null || settled ? NOTHING : outgoing.accept(chunk);
    }

    private void complete(Buffer last) {
        if (!committed && !commit()) {
            return;
        }
        Buffer rest = outgoing.rest();
        settle(
                new Ending.Complete(),
                () -> end(rest.length() == 0 ? last : last.copy().appendBuffer(rest)));
    }

    @Override
    public Usage usage() {
        return outgoing.usage();
    }

    private Future<Void> end(Buffer last) {
        return LastBytes.end(client, to, last);
    }

    private void broken(String reason) {
        breakOff(new Ending.Truncated(reason), reason);
    }

    private void breakOff(Ending how, String reason) {
        flush();
        if (settled) {
            return;
        }
        if (committed && outgoing.stream() && outgoing.complete()) {
            complete(NOTHING);
            stop();
            return;
        }
        boolean told = committed && !(how instanceof Ending.Truncated && outgoing.goesOn());
        settle(how, () -> told ? tell(reason) : Future.succeededFuture());
        stop();
    }

    /** An error event and an end; where no event can be added, a connection that breaks. */
    private Future<Void> tell(String reason) {
        Optional<Buffer> words = outgoing.lastWords("the answer was interrupted: " + reason);
        if (words.isPresent()) {
            return end(words.get());
        }
        to.reset();
        return Future.succeededFuture();
    }

    private void settle(Ending how, Supplier<Future<Void>> lastWords) {
        if (settled) {
            return;
        }
        settled = true;
        if (idleTimer >= 0) {
            vertx.cancelTimer(idleTimer);
        }
        if (!committed) {
            firstByte.tryFail(how.toString());
        }
        lastWrite = lastWords.get();
        ending.complete(how);
    }
}
