package dev.aicortex.gateway;

import dev.aicortex.fleet.Outcome;
import dev.aicortex.ollama.FailureText;
import dev.aicortex.relay.Delivery;
import dev.aicortex.relay.Ending;
import dev.aicortex.relay.Halt;
import dev.aicortex.relay.Usage;
import dev.aicortex.routing.Replies;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import java.util.List;
import java.util.Optional;

/**
 * Reads one answer, line by line, for a listener: a chunk only when it wants more, so that one who
 * takes their time slows the server down.
 */
final class Reading implements Delivery {
    /** A token is a few hundred bytes; a line without an end must not fill the memory. */
    private static final int LONGEST_LINE = 16 << 20;

    /** How long the connection of a whole answer may take to end. */
    private static final long TAIL_MILLIS = 2_000;

    private final Vertx vertx;
    private final Context context;
    private final HttpClientResponse from;
    private final Listener listener;
    private final Lines lines = new Lines();
    private final Promise<Void> firstPart = Promise.promise();
    private final Promise<Ending> ending = Promise.promise();
    private Usage usage = Usage.NONE;
    private Runnable ahead = () -> {};
    private boolean begun;
    private boolean asked;
    private boolean settled;
    private boolean finished;
    private long since = System.nanoTime();

    /** Who the lines are for. */
    interface Listener {
        /** A line follows, the first of this reading. */
        void begin(Reading reading);

        void part(AnswerLine.Part part);

        void last(AnswerLine.Last last);

        /**
         * The answer broke off after it had begun.
         *
         * @param reason may hold the server's words: for whoever asked, not for a log
         */
        void broken(String reason);

        /** Whether the next line should be fetched now; otherwise {@link Reading#more} will be. */
        boolean wantsMore();
    }

    Reading(Vertx vertx, HttpClientResponse from, Listener listener) {
        this.vertx = vertx;
        this.context = vertx.getOrCreateContext();
        this.from = from;
        this.listener = listener;
    }

    @Override
    public void start(Runnable whenSaid) {
        ahead = whenSaid;
        from.pause();
        from.exceptionHandler(this::lost);
        from.endHandler(_ -> ended());
        from.handler(this::read);
        more();
    }

    @Override
    public Future<Void> begun() {
        return firstPart.future();
    }

    @Override
    public Future<Ending> ending() {
        return ending.future();
    }

    /** Fetches a chunk unless one is on its way. */
    void more() {
        if (!asked && !settled) {
            asked = true;
            since = System.nanoTime();
            from.fetch(1);
        }
    }

    private void read(Buffer chunk) {
        asked = false;
        if (settled) {
            return;
        }
        accept(lines.accept(chunk));
        if (lines.heldLength() > LONGEST_LINE) {
            broken("a line of its answer is longer than " + LONGEST_LINE + " bytes");
        } else if (!begun || listener.wantsMore()) {
            more();
        }
    }

    private void accept(List<Buffer> all) {
        for (Buffer line : all) {
            if (!settled) {
                accept(AnswerLine.of(line));
            }
        }
    }

    @Override
    public Usage usage() {
        return usage;
    }

    private static Usage counted(AnswerLine.Last last) {
        dev.aicortex.api.Usage told = last.usage();
        return new Usage(
                told.promptTokens(),
                told.completionTokens(),
                told.loadNanos(),
                told.promptNanos(),
                told.completionNanos());
    }

    private void accept(AnswerLine line) {
        switch (line) {
            case AnswerLine.Part part -> {
                begin();
                listener.part(part);
            }
            case AnswerLine.Last last -> {
                begin();
                usage = counted(last);
                listener.last(last);
                settle(new Ending.Complete());
                letEnd();
            }
            case AnswerLine.Failure failure -> gaveUp(failure);
            case AnswerLine.Unusable unusable -> broken(unusable.reason());
        }
    }

    /** Judged as the same words with a status of 500 are. */
    private void gaveUp(AnswerLine.Failure failure) {
        Outcome outcome = Replies.judgeLate(failure.words());
        breakOff(
                !begun || outcome instanceof Outcome.Rejected
                        ? new Ending.Failed(failure.words())
                        : Ending.Truncated.said(Optional.of(failure.words())),
                "it said: " + failure.words());
    }

    private void begin() {
        if (!begun) {
            begun = true;
            ahead.run();
            listener.begin(this);
            firstPart.complete();
        }
    }

    /** The answer is whole; what is left of the stream gives the connection back to its pool. */
    private void letEnd() {
        if (finished) {
            return; // its last line had no line feed: the end was there before it
        }
        long timer = vertx.setTimer(TAIL_MILLIS, _ -> stop());
        from.handler(_ -> {});
        from.exceptionHandler(_ -> hasEnded(timer));
        from.endHandler(_ -> hasEnded(timer));
        from.resume();
    }

    /** The timer would keep the whole answer in memory. */
    private void hasEnded(long timer) {
        finished = true;
        vertx.cancelTimer(timer);
    }

    private void lost(Throwable failure) {
        finished = true;
        broken(FailureText.of(failure));
    }

    private void ended() {
        finished = true;
        if (!settled) {
            accept(lines.rest());
        }
        if (!settled) {
            String reason = begun ? "its answer ended too early" : "it sent an empty answer";
            breakOff(Ending.Truncated.clean(reason), reason);
        }
    }

    private void broken(String reason) {
        breakOff(Ending.Truncated.broken(reason), reason);
    }

    private void breakOff(Ending how, String reason) {
        if (settled) {
            return;
        }
        settle(how);
        stop();
        if (begun) {
            listener.broken(reason);
        }
    }

    @Override
    public void giveUp(String reason) {
        broken(reason);
    }

    @Override
    public long silentNanos() {
        return asked && !settled ? System.nanoTime() - since : 0;
    }

    @Override
    public Future<Void> delivered() {
        return Future.succeededFuture();
    }

    /** Whoever interrupts has told the listener. */
    @Override
    public void interrupt(String reason) {
        settle(new Ending.Interrupted());
        stop();
    }

    @Override
    public void clientGone() {
        if (!settled) {
            settle(new Ending.ClientGone());
            stop();
        }
    }

    private void stop() {
        if (!finished) {
            finished = true;
            Halt.stop(from, context);
        }
    }

    private void settle(Ending how) {
        if (settled) {
            return;
        }
        settled = true;
        if (!begun) {
            firstPart.tryFail("nothing was given out");
        }
        ending.complete(how);
    }
}
