package dev.aicortex.relay;

import dev.aicortex.dialect.Endpoint;
import dev.aicortex.dialect.StreamKind;
import dev.aicortex.dialect.Usage;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What of a server's answer may go to the client when, and as the client is to see it. */
public final class Outgoing {
    /**
     * What a model server says in a head that is for its clients. All else stays here: a cookie, an
     * order to a browser, a word of the gateway's own in a server's mouth.
     */
    private static final CharSequence[] PASSED = {
        HttpHeaders.CONTENT_TYPE,
        HttpHeaders.CONTENT_ENCODING,
        HttpHeaders.CACHE_CONTROL,
        HttpHeaders.DATE
    };

    /** By which nginx, and what is like it, passes a stream on as it comes. */
    private static final CharSequence BUFFERING = HttpHeaders.createOptimized("X-Accel-Buffering");

    private static final CharSequence NO_CACHE = HttpHeaders.createOptimized("no-cache");
    private static final CharSequence NO = HttpHeaders.createOptimized("no");

    private static final Buffer NOTHING = Buffer.buffer(0);

    /**
     * A document longer than this is passed on as it is: nothing that long has a name to change.
     */
    private static final int MAX_DOCUMENT = 16 << 20;

    private final Endpoint endpoint;
    private final String model;
    private final Framing framing;
    private final Rewriting rewriting;
    private @Nullable Buffer document;

    /**
     * @param contentType of the server's answer; empty when it has none
     * @param model as the client spelt it
     */
    public Outgoing(String contentType, Endpoint endpoint, String model, Rewriting rewriting) {
        this.endpoint = endpoint;
        this.model = model;
        this.framing = Framing.of(contentType, endpoint);
        this.rewriting = rewriting;
        this.document = rewriting.documents() && !stream() ? Buffer.buffer() : null;
    }

    /** Whether its last event tells its end; otherwise only the connection does. */
    boolean stream() {
        return framing.kind().isPresent();
    }

    /** Whether anything of an answer has come. */
    boolean said() {
        return framing.said();
    }

    /** Whether it has its terminal event, or ends as its kind must. */
    boolean complete() {
        return framing.complete();
    }

    /** The server's words, when it says that there is no answer before it has said any. */
    Optional<String> failure() {
        return framing.failure();
    }

    /** Whether the client may be sent an event of the gateway's own now. */
    boolean betweenEvents() {
        return framing.betweenEvents();
    }

    /** Gives a client's response the head of the server's answer. */
    public void writeHead(HttpClientResponse from, HttpServerResponse to) {
        to.setStatusCode(from.statusCode());
        for (CharSequence name : PASSED) {
            pass(name, from, to);
        }
        rewriting.head(to.headers());
        if (stream()) { // it may get an event more than its server announced
            unbuffered(to);
        } else if (!rewriting.documents()) {
            pass(HttpHeaders.CONTENT_LENGTH, from, to);
        }
        if (!to.headers().contains(HttpHeaders.CONTENT_LENGTH)) {
            to.setChunked(true);
        }
    }

    /** What the head tells beside what the server says in its own; once that is written. */
    public MultiMap notices() {
        MultiMap notices = MultiMap.caseInsensitiveMultiMap();
        rewriting.head(notices);
        return notices;
    }

    private static void pass(CharSequence name, HttpClientResponse from, HttpServerResponse to) {
        String value = from.headers().get(name);
        if (value != null) {
            to.putHeader(name, value);
        }
    }

    /**
     * Has what stands in front of the gateway pass a stream on as it comes, and keep none of it.
     */
    public static void unbuffered(HttpServerResponse stream) {
        stream.putHeader(BUFFERING, NO);
        if (!stream.headers().contains(HttpHeaders.CACHE_CONTROL)) {
            stream.putHeader(HttpHeaders.CACHE_CONTROL, NO_CACHE);
        }
    }

    /** What may go out now that this has come; possibly nothing. */
    Buffer accept(Buffer chunk) {
        Buffer piece = framing.accept(chunk);
        return stream() ? rewriting.lines(piece) : hold(piece);
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

    /** What has been held back, when the server sends no more. */
    Buffer rest() {
        Buffer rest = framing.rest();
        if (stream()) {
            return rest.length() == 0 ? rest : rewriting.lastLine(rest);
        }
        Buffer last = hold(rest);
        return document == null || !complete() ? last : rewriting.document(document);
    }

    /** Whether the server has told the client that there is no more. */
    boolean toldFailure() {
        return framing.toldFailure();
    }

    /** The words of the error that the server told last, if they can be read. */
    Optional<String> errorWords() {
        return framing.errorWords();
    }

    /**
     * What tells the client that there will be no more; empty where words cannot, or the server has
     * told it.
     */
    public Buffer lastWords(String reason) {
        return toldFailure()
                ? NOTHING
                : framing.kind().map(kind -> lastWords(kind, reason)).orElse(NOTHING);
    }

    private Buffer lastWords(StreamKind kind, String reason) {
        String message = StreamKind.LOST + reason;
        Buffer frame = kind.errorFrame(endpoint, model, message, "stream_interrupted");
        return betweenEvents()
                ? frame
                : Buffer.buffer(kind.events() ? "\n\n" : "\n").appendBuffer(frame);
    }

    /**
     * Whether another server may go on where this one breaks off.
     *
     * @param words the server's own about it; empty when it said nothing
     */
    boolean goesOn(String words) {
        return stream() && rewriting.goesOn(words);
    }

    /** The tokens that the server counted, once it has ended. */
    Usage usage() {
        return Usage.in(framing.tail());
    }
}
