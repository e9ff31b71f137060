package dev.aicortex.relay;

import dev.aicortex.model.Endpoint;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpServerResponse;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What of a server's answer may go to the client when, and as the client is to see it. */
final class Outgoing {
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
                    "x-cortex-queue-wait",
                    "x-cortex-queue-ahead",
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

    private final HttpClientResponse from;
    private final Framing framing;
    private final Rewriting rewriting;
    private @Nullable Buffer document;

    Outgoing(HttpClientResponse from, Endpoint endpoint, Rewriting rewriting) {
        String type = from.getHeader("content-type");
        this.from = from;
        this.framing = StreamKind.framing(type == null ? "" : type, endpoint);
        this.rewriting = rewriting;
        this.document = rewriting.documents() && !stream() ? Buffer.buffer() : null;
    }

    /** Whether its last event tells its end; otherwise only the connection does. */
    boolean stream() {
        return framing.hasTerminalEvent();
    }

    /** Whether what came so far ends as this kind of answer must. */
    boolean complete() {
        return framing.complete();
    }

    void writeHead(HttpServerResponse to) {
        boolean sameLength = !stream() && !rewriting.documents();
        to.setStatusCode(from.statusCode());
        HopByHop.copy(
                from.headers(), sameLength ? KEPT_BACK : KEPT_BACK_OF_STREAMS, to.headers()::add);
        rewriting.head(to.headers());
        if (!to.headers().contains("content-length")) {
            to.setChunked(true);
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

    /**
     * The document that was held, or else {@code last}, when the server has sent all of it.
     *
     * @throws dev.aicortex.model.CortexException when it is no answer of an Ollama server
     */
    Buffer whole(Buffer last) {
        return document == null ? last : rewriting.document(document);
    }

    /** A last line without its end. */
    Buffer rest() {
        Buffer rest = framing.rest();
        return rest.length() == 0 ? rest : rewriting.lastLine(rest);
    }

    /**
     * What tells the client that there will be no more, unless the server has told it; empty when
     * words cannot.
     */
    Optional<Buffer> lastWords(String message) {
        if (rewriting.toldFailure()) {
            return Optional.of(NOTHING);
        }
        if (rewriting.kind().isEmpty() && framing.toldFailure()) {
            return Optional.of(rest());
        }
        return Optional.of(errorFrame(message)).filter(frame -> frame.length() > 0);
    }

    private Buffer errorFrame(String message) {
        return rewriting
                .kind()
                .map(kind -> kind.errorFrame(message, "stream_interrupted"))
                .orElseGet(() -> framing.errorFrame(message));
    }

    /** Whether another server may go on where this one breaks off. */
    boolean goesOn() {
        return stream() && rewriting.goesOn();
    }

    /** The tokens that the server counted, once it has ended. */
    Usage usage() {
        return Usage.in(framing.tail());
    }
}
