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
                    "x-cortex-attempts",
                    "x-cortex-model",
                    "x-cortex-explain",
                    "access-control-allow-origin",
                    "access-control-allow-credentials",
                    "access-control-expose-headers");

    /** A stream may get an event more than its server announced. */
    private static final Set<String> KEPT_BACK_OF_STREAMS =
            Stream.concat(KEPT_BACK.stream(), Stream.of("content-length"))
                    .collect(Collectors.toUnmodifiableSet());

    private static final Buffer NOTHING = Buffer.buffer(0);

    /**
     * A document longer than this is passed on as it is: nothing that long has a name to change.
     */
    private static final int MAX_DOCUMENT = 16 << 20;

    private final Vertx vertx;
    private final Context context;
    private final HttpClientResponse from;
    private final HttpServerResponse to;
    private final HttpServerRequest client;
    private final Framing framing;
    private final Rewriting rewriting;
    private final long idleNanos;
    private final Promise<Void> firstByte = Promise.promise();
    private final Promise<Ending> ending = Promise.promise();
    private Future<Void> lastWrite = Future.succeededFuture();

    private @Nullable Buffer document;
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
        String type = from.getHeader("content-type");
        this.framing = StreamKind.framing(type == null ? "" : type, endpoint);
        this.rewriting = rewriting;
        this.document =
                rewriting.documents() && !framing.hasTerminalEvent() ? Buffer.buffer() : null;
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
        write(accept(chunk));
    }

    /** What may go to the client now of what the server sent, as the client is to see it. */
    private Buffer accept(Buffer chunk) {
        Buffer piece = framing.accept(chunk);
        return framing.hasTerminalEvent() ? rewriting.lines(piece) : hold(piece);
    }

    private Buffer hold(Buffer piece) {
        if (document == null) {
            return piece;
        }
        Buffer held = document.appendBuffer(piece);
        if (held.length() < MAX_DOCUMENT) {
            return NOTHING;
        }
        document = null;
        return held;
    }

    /** The rest, when the server has sent all of it. */
    private Buffer whole(Buffer last) {
        return document == null ? last : rewriting.document(document);
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
            writeHead();
        } else if (!framing.hasTerminalEvent()) {
            broken("it answered with a document where a stream was asked for");
            return false;
        }
        committed = true;
        firstByte.complete();
        return true;
    }

    private void writeHead() {
        boolean sameLength = !framing.hasTerminalEvent() && !rewriting.documents();
        to.setStatusCode(from.statusCode());
        HopByHop.copy(
                from.headers(), sameLength ? KEPT_BACK : KEPT_BACK_OF_STREAMS, to.headers()::add);
        rewriting.head(to.headers());
        if (!to.headers().contains("content-length")) {
            to.setChunked(true);
        }
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
            completeWith(last);
            return;
        }
        write(last);
        broken(committed ? "its answer ended too early" : "it sent an empty answer");
    }

    private void completeWith(Buffer last) {
        Buffer end;
        try {
            end = whole(last);
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
        return chunk == null || settled ? NOTHING : accept(chunk);
    }

    private void complete(Buffer last) {
        if (!committed && !commit()) {
            return;
        }
        Buffer rest = rest();
        settle(
                new Ending.Complete(),
                () -> end(rest.length() == 0 ? last : last.copy().appendBuffer(rest)));
    }

    /** A last line without its end. */
    private Buffer rest() {
        Buffer rest = framing.rest();
        return rest.length() == 0 ? rest : rewriting.lastLine(rest);
    }

    @Override
    public Usage usage() {
        return Usage.in(framing.tail());
    }

    private Future<Void> end(Buffer last) {
        return LastBytes.end(client, last);
    }

    private void broken(String reason) {
        breakOff(new Ending.Truncated(reason), reason);
    }

    private void breakOff(Ending how, String reason) {
        flush();
        if (settled) {
            return;
        }
        if (committed && framing.hasTerminalEvent() && framing.complete()) {
            complete(NOTHING);
            stop();
            return;
        }
        settle(how, () -> committed ? tell(reason) : Future.succeededFuture());
        stop();
    }

    /** An error event and an end; where no event can be added, a connection that breaks. */
    private Future<Void> tell(String reason) {
        if (rewriting.toldFailure()) {
            return end(NOTHING);
        }
        if (rewriting.kind().isEmpty() && framing.toldFailure()) {
            return end(rest());
        }
        Buffer frame = frame("the answer was interrupted: " + reason);
        if (frame.length() > 0) {
            return end(frame);
        }
        to.reset();
        return Future.succeededFuture();
    }

    private Buffer frame(String message) {
        return rewriting
                .kind()
                .map(kind -> kind.errorFrame(message, "stream_interrupted"))
                .orElseGet(() -> framing.errorFrame(message));
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
