package dev.aicortex.simulator.exchange;

import dev.aicortex.simulator.Fault;
import dev.aicortex.simulator.exchange.Exchange.End;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.nio.charset.StandardCharsets;
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
        Buffer body = fault instanceof Fault.Spaced ? spaced(plain.toString(), "\n  ") : plain;
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
    void stream(Streaming.Kind kind) {
        response.setChunked(true).putHeader("Content-Type", kind.contentType);
        if (kind == Streaming.Kind.EVENTS_WITH_HEADERS) {
            announceStream();
        }
    }

    void announceStream() {
        response.putHeader("Cache-Control", "no-cache").putHeader("Connection", "keep-alive");
    }

    /** Whether a stream's model runner dies before its first chunk. */
    boolean diesAtOnce() {
        return fault instanceof Fault.RunnerKilled(var chunks) && chunks == 0;
    }

    /** An error where a stream was meant to begin, with what is left of the stream's headers. */
    void inPlaceOfStream(int status, Buffer error) {
        response.setStatusCode(status).putHeader("Content-Type", "application/json");
        finish(error);
    }

    /** Sends one HTTP chunk at once, as Ollama flushes after each token. */
    void write(Buffer plain) {
        Buffer chunk =
                fault instanceof Fault.Spaced
                        ? spaced(plain.toString().replaceAll("(?m)^data: ", "data:"), " ")
                        : plain;
        chunks++;
        if (fault instanceof Fault.Torn) {
            int middle = middle(chunk);
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
            case Fault.CutReset _ -> afterWritten(Wire::reset);
            case Fault.CutClose _ -> afterWritten(Wire::close);
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
        if (cut instanceof Fault.CutReset) {
            afterWritten(Wire::reset);
        } else if (!(cut instanceof Fault.HangMidStream)) {
            afterWritten(Wire::close);
        }
    }

    private void count(int length) {
        response.putHeader("Content-Length", Integer.toString(length));
    }

    private void finish(Fault.Finish how) {
        switch (how) {
            case WELL -> response.end();
            case CLOSED -> afterWritten(Wire::close);
            case RESET -> afterWritten(Wire::reset);
            case NEVER -> {}
        }
    }

    private void finish(Buffer lastWords) {
        ended.accept(End.CUT);
        response.end(lastWords);
    }

    private void afterWritten(Consumer<HttpConnection> cut) {
        ended.accept(End.CUT);
        written.onComplete(done -> cut.accept(request.connection()));
    }

    /**
     * Where a chunk is torn in two: after the first byte of its first character that has more than
     * one; in the middle when all have one.
     */
    static int middle(Buffer chunk) {
        for (int i = 0; i < chunk.length() - 1; i++) {
            if (chunk.getByte(i) < 0) {
                return i + 1;
            }
        }
        return chunk.length() / 2;
    }

    /** JSON as another writer would have put it: the same values, other spaces between them. */
    private static Buffer spaced(String text, String space) {
        StringBuilder out = new StringBuilder(text.length() * 2);
        boolean json = false;
        boolean quoted = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            json = json ? quoted || c != '\n' : c == '{';
            if (quoted && c == '\\') {
                out.append(c).append(text.charAt(++i));
                continue;
            }
            quoted ^= json && c == '"';
            out.append(json && !quoted && ":}]".indexOf(c) >= 0 ? space : "").append(c);
            out.append(json && !quoted && ":,{[".indexOf(c) >= 0 ? space : "");
        }
        return Buffer.buffer(out.toString(), StandardCharsets.UTF_8.name());
    }
}
