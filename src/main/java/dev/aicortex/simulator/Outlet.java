package dev.aicortex.simulator;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The way out of one answer, and the only place where a fault touches its bytes. An answer's end is
 * told before its last bytes leave, so that whoever has read it finds it counted.
 */
final class Outlet {
    /**
     * A Go server counts an answer's bytes only while they fit its buffer; a longer one is sent in
     * chunks.
     */
    private static final int LONGEST_COUNTED = 2048;

    private final HttpServerRequest request;
    private final HttpServerResponse response;
    private final Fault fault;
    private final Consumer<End> ended;
    private Future<Void> written = Future.succeededFuture();
    private int chunks;

    Outlet(HttpServerRequest request, Fault fault, Consumer<End> ended) {
        this.request = request;
        this.response = request.response();
        this.fault = fault;
        this.ended = ended;
    }

    /** A whole answer; when a model runner dies, it is the error itself. */
    void whole(int status, String contentType, Buffer plain) {
        Buffer body = fault instanceof Fault.Spaced ? Spacing.document(plain) : plain;
        response.setStatusCode(status).putHeader("Content-Type", contentType);
        if (fault instanceof Fault.InStream cut
                && !(cut instanceof Fault.RunnerKilled)
                && !(cut instanceof Fault.Repeats)) {
            half(cut, body);
            return;
        }
        if (body.length() > LONGEST_COUNTED) {
            response.setChunked(true);
        } else {
            count(body.length());
        }
        ended.accept(End.ANSWERED);
        response.end(body);
    }

    void bare(int status) {
        if (status != 204) {
            count(0);
        }
        response.setStatusCode(status);
        ended.accept(End.ANSWERED);
        response.end();
    }

    /** These words, whatever was asked for. */
    void say(int status, String contentType, String text, Fault.Finish finish) {
        response.setChunked(true).setStatusCode(status).putHeader("Content-Type", contentType);
        if (finish == Fault.Finish.WELL) {
            ended.accept(End.ANSWERED);
        }
        write(Buffer.buffer(text));
        finish(finish);
    }

    /** Says of what kind the stream will be; nothing is sent before its first chunk. */
    void stream(StreamKind kind) {
        response.setChunked(true).putHeader("Content-Type", kind.contentType());
        if (kind == StreamKind.EVENTS_WITH_HEADERS) {
            response.putHeader("Cache-Control", "no-cache").putHeader("Connection", "keep-alive");
        }
    }

    /** Sends one HTTP chunk at once, as Ollama flushes after each token. */
    void write(Buffer plain) {
        Buffer chunk = fault instanceof Fault.Spaced ? Spacing.lines(plain) : plain;
        chunks++;
        if (fault instanceof Fault.Torn) {
            int middle = Tear.within(chunk);
            response.write(chunk.slice(0, middle));
            written = response.write(chunk.slice(middle, chunk.length()));
        } else {
            written = response.write(chunk);
        }
    }

    /** Sends the last chunk and ends the stream. */
    void end(Buffer chunk) {
        ended.accept(End.ANSWERED);
        write(chunk);
        if (fault instanceof Fault.Tail(var text, var finish)) {
            write(Buffer.buffer(text));
            finish(finish);
        } else {
            response.end();
        }
    }

    /** How many have been sent. */
    int chunks() {
        return chunks;
    }

    boolean full() {
        return response.writeQueueFull();
    }

    void whenDrained(Runnable next) {
        response.drainHandler(v -> next.run());
    }

    /**
     * Whether a fault strikes before the next chunk of this stream; then it has been done, and
     * nothing more may be sent.
     */
    boolean struck(Supplier<Buffer> lastWords) {
        if (!(fault instanceof Fault.InStream cut) || chunks < cut.afterChunks()) {
            return false;
        }
        strike(cut, lastWords);
        return true;
    }

    private void strike(Fault.InStream cut, Supplier<Buffer> lastWords) {
        switch (cut) {
            case Fault.HangMidStream _ -> {}
            case Fault.CutReset _ -> afterWritten(() -> Wire.reset(request.connection()));
            case Fault.CutClose _ -> afterWritten(() -> Wire.close(request.connection()));
            case Fault.CutEof _, Fault.Repeats _ -> finish(Buffer.buffer());
            case Fault.Breaks(_, var words, var finish) -> {
                ended.accept(End.CUT);
                write(Buffer.buffer(words));
                finish(finish);
            }
            case Fault.RunnerKilled _ -> finish(lastWords.get());
        }
    }

    private void half(Fault.InStream cut, Buffer body) {
        if (cut.afterChunks() > 0) {
            count(body.length());
            write(body.slice(0, body.length() / 2));
        }
        switch (cut) {
            case Fault.HangMidStream _ -> {}
            case Fault.CutReset _ -> afterWritten(() -> Wire.reset(request.connection()));
            case Fault.CutClose _,
                    Fault.CutEof _,
                    Fault.Breaks _,
                    Fault.RunnerKilled _,
                    Fault.Repeats _ ->
                    afterWritten(() -> Wire.close(request.connection()));
        }
    }

    private void count(int length) {
        response.putHeader("Content-Length", Integer.toString(length));
    }

    private void finish(Fault.Finish how) {
        switch (how) {
            case WELL -> response.end();
            case CLOSED -> afterWritten(() -> Wire.close(request.connection()));
            case RESET -> afterWritten(() -> Wire.reset(request.connection()));
            case NEVER -> {}
        }
    }

    private void finish(Buffer lastWords) {
        ended.accept(End.CUT);
        response.end(lastWords);
    }

    private void afterWritten(Runnable cut) {
        ended.accept(End.CUT);
        written.onComplete(done -> cut.run());
    }
}
