package dev.aicortex.relay;

import dev.aicortex.model.Dialect;
import dev.aicortex.ollama.FailureText;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import java.time.Duration;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
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
    /** A server's cookies and credentials are its own business. */
    private static final Set<String> KEPT_BACK =
            Set.of(
                    "set-cookie",
                    "www-authenticate",
                    "server",
                    "x-request-id",
                    "x-cortex-server",
                    "x-cortex-attempts");

    /** A stream may get an event more than its server announced. */
    private static final Set<String> KEPT_BACK_OF_STREAMS =
            Stream.concat(KEPT_BACK.stream(), Stream.of("content-length"))
                    .collect(Collectors.toUnmodifiableSet());

    private static final Buffer NOTHING = Buffer.buffer(0);

    private final Vertx vertx;
    private final Context context;
    private final HttpClientResponse from;
    private final HttpServerResponse to;
    private final HttpServerRequest client;
    private final Framing framing;
    private final long idleNanos;
    private final Promise<Void> firstByte = Promise.promise();
    private final Promise<Ending> ending = Promise.promise();
    private Future<Void> lastWrite = Future.succeededFuture();

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
            Dialect dialect,
            Duration idle) {
        this.vertx = vertx;
        this.context = vertx.getOrCreateContext();
        this.from = from;
        this.to = to;
        this.client = client;
        String type = from.getHeader("content-type");
        this.framing = StreamKind.framing(type == null ? "" : type, dialect);
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
        write(framing.accept(chunk));
    }

    private void write(Buffer out) {
        if (out.length() == 0) {
            return;
        }
        if (!to.headWritten()) {
            commit();
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

    private void commit() {
        Set<String> keptBack = framing.hasTerminalEvent() ? KEPT_BACK_OF_STREAMS : KEPT_BACK;
        to.setStatusCode(from.statusCode());
        HopByHop.copy(from.headers(), keptBack, to.headers()::add);
        if (!to.headers().contains("content-length")) {
            to.setChunked(true);
        }
        firstByte.complete();
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
        if (framing.complete()) {
            complete(last);
            return;
        }
        write(last);
        broken(to.headWritten() ? "its answer ended too early" : "it sent an empty answer");
    }

    /** What the last read brought, not written yet: it goes out in one piece with the end. */
    private Buffer lastPiece() {
        Buffer chunk = pending;
        pending = null;
        return chunk == null || settled ? NOTHING : framing.accept(chunk);
    }

    private void complete(Buffer last) {
        if (!to.headWritten()) {
            commit();
        }
        Buffer rest = framing.rest();
        settle(
                new Ending.Complete(),
                () -> end(rest.length() == 0 ? last : last.copy().appendBuffer(rest)));
    }

    /** An HTTP/1.0 client knows the end of an answer without a length by the connection's. */
    private Future<Void> end(Buffer last) {
        Future<Void> written = last.length() == 0 ? to.end() : to.end(last);
        if (client.version() == HttpVersion.HTTP_1_0 && !to.headers().contains("content-length")) {
            written.onComplete(_ -> client.connection().close());
        }
        return written;
    }

    private void broken(String reason) {
        breakOff(new Ending.Truncated(reason), reason);
    }

    private void breakOff(Ending how, String reason) {
        flush();
        if (settled) {
            return;
        }
        if (to.headWritten() && framing.hasTerminalEvent() && framing.complete()) {
            complete(NOTHING);
            stop();
            return;
        }
        settle(how, () -> to.headWritten() ? tell(reason) : Future.succeededFuture());
        stop();
    }

    /** An error event and an end; where no event can be added, a connection that breaks. */
    private Future<Void> tell(String reason) {
        Buffer frame = framing.errorFrame("the answer was interrupted: " + reason);
        if (frame.length() > 0) {
            return end(frame);
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
        if (!to.headWritten()) {
            firstByte.tryFail(how.toString());
        }
        lastWrite = lastWords.get();
        ending.complete(how);
    }
}
