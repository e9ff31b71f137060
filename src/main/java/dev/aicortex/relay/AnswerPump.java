package dev.aicortex.relay;

import dev.aicortex.dialect.Usage;
import dev.aicortex.ollama.FailureText;
import dev.aicortex.ollama.Halt;
import dev.aicortex.ollama.UpstreamConnection;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.impl.ContextInternal;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Moves one answer from a server to a {@link Sink} on the event loop of both, as fast as the slower
 * of the two goes.
 *
 * <p>What one read brought is written as one: a server flushes each token, and a write a token
 * costs a system call a token. A lone token still leaves at once. Nothing reaches the sink, the
 * head included, before the server has said something of an answer; until then another server may
 * take over. Behind the terminal event nothing is judged any more.
 */
public final class AnswerPump {
    /** Nothing that only announces an answer is that long. */
    private static final int MOST_ANNOUNCED = 4 << 20;

    /** How long a server may take to end an answer that has had its terminal event. */
    private static final long TAIL_NANOS = TimeUnit.SECONDS.toNanos(2);

    private static final long NOT_YET = Long.MAX_VALUE;

    private final ContextInternal context;
    private final HttpClientResponse from;
    private final Sink sink;
    private final Listener listener;
    private final Outgoing outgoing;
    private final UpstreamConnection connection;
    private final Pile read = new Pile();
    private final Pile held = new Pile();
    private Future<Void> delivered = Future.succeededFuture();
    private boolean flushes;
    private boolean committed;
    private boolean paused;
    private boolean settled;
    private boolean finished;
    private long lastRead = System.nanoTime();
    private long lastWritten = lastRead;
    private long tailSince = NOT_YET;

    /** Is told how the answer comes on. */
    public interface Listener {
        /** The server has said something, of which nothing has been given out yet. */
        void content();

        /** The answer has ended; the sink has been told, where it has a part of it. */
        void ended(Ending how);
    }

    /** Must be made on the event loop that delivered the server's head. */
    public AnswerPump(
            Vertx vertx, HttpClientResponse from, Outgoing outgoing, Sink sink, Listener listener) {
        this.context = (ContextInternal) vertx.getOrCreateContext();
        this.from = from;
        this.outgoing = outgoing;
        this.sink = sink;
        this.listener = listener;
        this.connection = UpstreamConnection.of(from.request());
    }

    /** Begins; must be called at once. */
    public void start() {
        from.exceptionHandler(this::lost);
        from.endHandler(_ -> ended());
        if (!outgoing.stream() || !connection.takeBody(from, this::read)) {
            from.handler(this::read);
        }
    }

    /** What of the answer may go on, and as what. */
    public Outgoing outgoing() {
        return outgoing;
    }

    /** The tokens that the server counted, once the answer has ended. */
    public Usage usage() {
        return outgoing.usage();
    }

    /** Once it has ended: done when whoever asked has the last byte, or has left; never fails. */
    public Future<Void> delivered() {
        return delivered.otherwiseEmpty();
    }

    /** For how long the server has sent nothing though it might have; 0 while it may not. */
    public long silentNanos(long now) {
        return paused || settled ? 0 : now - lastRead;
    }

    /** When the sink was last given something of the answer, on the clock of nanoTime. */
    public long lastWritten() {
        return lastWritten;
    }

    /** Whether an event of the gateway's own may follow now. */
    public boolean betweenEvents() {
        return !sink.full() && (!committed || (outgoing.betweenEvents() && !outgoing.complete()));
    }

    /** Time has passed. */
    public void tick(long now) {
        if (now - tailSince > TAIL_NANOS && tailSince != NOT_YET && !settled) {
            giveUp("it did not end its answer");
        }
    }

    /** Whoever asked has left: the server is to stop. */
    public void clientGone() {
        if (!settled) {
            settle(new Ending.ClientGone(), Future::succeededFuture);
            stop();
        }
    }

    /** The gateway waits no longer: whoever asked is told, the server is to stop. */
    public void interrupt(String reason) {
        breakOff(new Ending.Interrupted(), reason);
    }

    /**
     * The server is given up: whoever asked is told if something was given out. An answer that has
     * its terminal event is whole.
     */
    public void giveUp(String reason) {
        breakOff(Ending.Truncated.broken(reason), reason);
    }

    private void stop() {
        if (!finished) {
            finished = true;
            Halt.stop(from, context);
        }
    }

    private void read(Buffer chunk) {
        read.add(chunk);
        if (!flushes) {
            flushes = true;
            if (!connection.afterRead(() -> context.dispatch(this::flush))) { // it was kept back
                context.runOnContext(_ -> flush());
            }
        }
    }

    private void flush() {
        flushes = false;
        if (read.isEmpty() || settled) {
            return;
        }
        lastRead = System.nanoTime();
        boolean whole = outgoing.complete();
        pass(outgoing.accept(read.take()));
        if (!whole && outgoing.complete() && outgoing.stream() && !finished) {
            tailSince = lastRead;
        }
    }

    /** What only announces an answer waits for the answer; the last bytes go with its end. */
    private void pass(Buffer out) {
        if (objected(out)) {
            return;
        }
        if (committed) {
            if (finished) {
                held.add(out);
            } else {
                write(out);
            }
            if (!outgoing.complete()) {
                outgoing.failure().ifPresent(this::failed);
            }
            return;
        }
        held.add(out);
        if (outgoing.failure().isPresent()) {
            if (sink.eager() && outgoing.said() && commit()) {
                write(held.take());
            }
            failed(outgoing.failure().get());
        } else if (held.length() > MOST_ANNOUNCED && !outgoing.said()) {
            giveUp("it announces an answer without end");
        } else if (outgoing.said() && !held.isEmpty() && commit() && !finished) {
            write(held.take());
        }
    }

    private boolean objected(Buffer out) {
        String objection = sink.objection();
        if (objection == null) {
            return false;
        }
        if (committed) {
            write(out);
        }
        giveUp(objection);
        return true;
    }

    private void write(Buffer out) {
        if (out.length() == 0) {
            return;
        }
        lastWritten = lastRead;
        sink.write(out);
        boolean ends = outgoing.stream() && outgoing.complete(); // what is left of it is short
        if (!paused && !ends && sink.full()) {
            paused = true;
            connection.pause(from);
            sink.whenDrained(this::resume);
        }
    }

    private void resume() {
        if (paused) {
            paused = false;
            lastRead = System.nanoTime();
            connection.resume(from);
        }
    }

    /** From here on the answer is the client's, if it can be. */
    private boolean commit() {
        if (!sink.takes(outgoing.stream())) {
            settle(
                    Ending.Truncated.broken(
                            "it answered with a document where a stream was asked for"),
                    Future::succeededFuture);
            stop();
            return false;
        }
        listener.content();
        sink.begin(this, from);
        committed = true;
        return true;
    }

    private void lost(Throwable failure) {
        finished = true;
        giveUp(FailureText.of(failure));
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
            complete(rest);
        } else if (outgoing.failure().isPresent()) {
            failed(outgoing.failure().get());
        } else if (committed && outgoing.toldFailure()) {
            held.add(rest);
            Ending.Truncated said = Ending.Truncated.said(outgoing.errorWords());
            breakOff(said, said.reason());
        } else {
            String reason = committed ? "its answer ended too early" : "it sent an empty answer";
            breakOff(Ending.Truncated.clean(reason), reason);
        }
    }

    private void complete(Buffer rest) {
        held.add(rest);
        Buffer last = held.take();
        if (!objected(last) && (committed || commit())) {
            settle(new Ending.Complete(), () -> sink.end(last));
        }
    }

    private void failed(String words) {
        if (committed) {
            breakOff(Ending.Truncated.said(Optional.of(words)), words);
        } else {
            settle(new Ending.Failed(words), Future::succeededFuture);
            stop();
        }
    }

    /**
     * @param reason for the client
     */
    private void breakOff(Ending how, String reason) {
        flush();
        if (settled) {
            return;
        }
        if (outgoing.stream() && outgoing.said() && sink.objection() == null) {
            Buffer rest = outgoing.rest();
            if (outgoing.complete()) {
                complete(rest);
                stop();
                return;
            }
        }
        boolean goesOn =
                how instanceof Ending.Truncated truncated
                        && outgoing.goesOn(truncated.words().orElse(""));
        if (committed) {
            write(held.take());
        }
        settle(
                how,
                () -> committed && !goesOn ? sink.breakOff(how, reason) : Future.succeededFuture());
        stop();
    }

    private void settle(Ending how, Supplier<Future<Void>> lastWords) {
        if (!settled) {
            settled = true;
            delivered = lastWords.get();
            listener.ended(how);
        }
    }

    /** Buffers that are to be one; a lone one is not copied. */
    private static final class Pile {
        private static final Buffer NOTHING = Buffer.buffer(0);
        private static final int LEAST = 1024;

        private Buffer all = NOTHING;
        private boolean ours;

        void add(Buffer piece) {
            if (piece.length() == 0) {
                return;
            }
            if (all.length() == 0) {
                all = piece;
                ours = false;
            } else if (ours) {
                all.appendBuffer(piece);
            } else {
                all =
                        Buffer.buffer(Math.max(LEAST, 2 * (all.length() + piece.length())))
                                .appendBuffer(all)
                                .appendBuffer(piece);
                ours = true;
            }
        }

        boolean isEmpty() {
            return all.length() == 0;
        }

        int length() {
            return all.length();
        }

        Buffer take() {
            Buffer taken = all;
            all = NOTHING;
            ours = false;
            return taken;
        }
    }
}
