package dev.aicortex.ollama;

import dev.aicortex.model.ServerUrl;
import io.vertx.core.Future;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * One request to one server, from the connection to the head of its answer. A pooled connection
 * that breaks may have died while it idled: that costs one more try, where the request may be sent
 * twice. Confined to its event loop.
 */
public final class UpstreamCall {
    private static final Logger LOG = Logger.getLogger(UpstreamCall.class);

    /** A connection that broke while it idled shows it when it is written to. */
    private static final long STALE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final OllamaConnections connections;
    private final ServerUrl server;
    private final HttpMethod method;
    private final String path;
    private final Exchange exchange;
    private Future<Void> upload = Future.succeededFuture();
    private @Nullable HttpClientRequest request;
    private @Nullable HttpClientResponse response;
    private long sentNanos = System.nanoTime();
    private boolean retried;
    private boolean over;
    private boolean answerEnded;

    /** What is sent, and who gets the answer. */
    public interface Exchange {
        /**
         * Writes the head and the body; called again when the connection had died.
         *
         * @return done when all is on its way; a failure that is the connection's shows at the
         *     answer too
         */
        Future<Void> send(HttpClientRequest request);

        /** The head of the answer is there; its handlers must be set at once. */
        void answered(HttpClientResponse response);

        /**
         * There will be no answer.
         *
         * @param failure a reason for {@link FailureText}
         * @param sent whether the server may have had the request
         */
        void failed(Throwable failure, boolean sent);

        /**
         * Whether it may be sent again over another connection when a pooled one broke.
         *
         * @param atOnce whether it broke as one does that died while it idled
         */
        default boolean repeatable(boolean atOnce) {
            return true;
        }
    }

    public UpstreamCall(
            OllamaConnections connections,
            ServerUrl server,
            HttpMethod method,
            String path,
            Exchange exchange) {
        this.connections = connections;
        this.server = server;
        this.method = method;
        this.path = path;
        this.exchange = exchange;
    }

    /** Sends it. */
    public void start() {
        connections.open(server, method, path).onSuccess(this::connected).onFailure(this::refused);
    }

    /** When the request was sent last, on the clock of nanoTime. */
    public long sentNanos() {
        return sentNanos;
    }

    /** Ends the server's work, unless its answer has ended; nobody is told of anything then. */
    public void stop() {
        over = true;
        if (answerEnded) {
            return; // its connection may carry somebody else's request by now
        }
        if (response != null) {
            Halt.stop(response, connections.vertx().getOrCreateContext());
        } else if (request != null) {
            request.reset();
        }
    }

    /** It has all that it wants: a body that is still on its way has no use any more. */
    public void enough() {
        over = true;
        if (request != null && !upload.isComplete()) {
            request.reset();
        }
    }

    private void refused(Throwable failure) {
        if (!over) {
            exchange.failed(failure, retried); // one that went away under the request has had it
        }
    }

    private void connected(HttpClientRequest opened) {
        opened.exceptionHandler(failure -> LOG.debugf("%s: %s", server, FailureText.of(failure)));
        if (over) {
            opened.reset();
            return;
        }
        request = opened;
        response = null;
        answerEnded = false;
        boolean reused = UpstreamConnection.of(opened).reused();
        sentNanos = System.nanoTime();
        opened.response().onSuccess(this::answered).onFailure(failure -> lost(failure, reused));
        upload = exchange.send(opened);
    }

    private void lost(Throwable failure, boolean reused) {
        if (over) {
            return;
        }
        boolean atOnce = System.nanoTime() - sentNanos < STALE_NANOS;
        if (reused && !retried && exchange.repeatable(atOnce)) {
            retried = true;
            start();
        } else {
            exchange.failed(failure, true);
        }
    }

    private void answered(HttpClientResponse answer) {
        if (over) {
            answer.request().reset();
            return;
        }
        response = answer;
        exchange.answered(answer);
    }

    /** The answer has ended on the wire. */
    public void ended() {
        answerEnded = true;
    }
}
