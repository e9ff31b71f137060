package dev.aicortex.gateway;

import dev.aicortex.fleet.Reply;
import dev.aicortex.model.ServerUrl;
import dev.aicortex.ollama.FailureText;
import dev.aicortex.ollama.OllamaConnections;
import dev.aicortex.relay.Halt;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * One request with a short body to one server of the fleet; for requests that may be sent twice. A
 * pooled connection that has died in the meantime costs one more try. Confined to its event loop.
 */
public final class ServerCall {
    private static final Logger LOG = Logger.getLogger(ServerCall.class);

    private final Vertx vertx;
    private final OllamaConnections connections;
    private final ServerUrl server;
    private final HttpMethod method;
    private final String path;
    private final Buffer body;
    private final Promise<HttpClientResponse> head = Promise.promise();
    private @Nullable HttpClientRequest request;
    private @Nullable HttpClientResponse response;
    private boolean retried;
    private boolean ended;

    public ServerCall(
            Vertx vertx,
            OllamaConnections connections,
            ServerUrl server,
            HttpMethod method,
            String path,
            Buffer body) {
        this.vertx = vertx;
        this.connections = connections;
        this.server = server;
        this.method = method;
        this.path = path;
        this.body = body;
    }

    /**
     * Sends it.
     *
     * @param patience from now until the head of the answer
     * @return the answer, whose handlers must be set at once; fails with a reason for {@link
     *     FailureText}
     */
    public Future<HttpClientResponse> head(Duration patience) {
        long timer = vertx.setTimer(patience.toMillis(), _ -> late());
        connect();
        return head.future().onComplete(_ -> vertx.cancelTimer(timer));
    }

    /**
     * Sends it and reads the whole answer.
     *
     * @param patience from now until the last byte of the answer
     * @return the answer, its body cut at 64 KiB; fails with a reason for {@link FailureText}
     */
    public Future<Reply> reply(Duration patience) {
        Promise<Reply> whole = Promise.promise();
        long timer =
                vertx.setTimer(
                        patience.toMillis(),
                        _ -> {
                            if (whole.tryFail(new TimeoutException())) {
                                cancel();
                            }
                        });
        head.future()
                .compose(ReplyReader::read)
                .onSuccess(whole::tryComplete)
                .onFailure(whole::tryFail);
        connect();
        return whole.future().onComplete(_ -> vertx.cancelTimer(timer));
    }

    /** Stops the server's work, unless its answer has ended. */
    public void cancel() {
        head.tryFail(new TimeoutException());
        if (ended) {
            return; // its connection may carry somebody else's request by now
        }
        if (response != null) {
            Halt.stop(response, vertx.getOrCreateContext());
        } else if (request != null) {
            request.reset();
        }
    }

    private void late() {
        if (head.tryFail(new TimeoutException())) {
            cancel();
        }
    }

    private void connect() {
        connections.open(server, method, path).onSuccess(this::connected).onFailure(head::tryFail);
    }

    private void connected(HttpClientRequest opened) {
        if (head.future().isComplete()) {
            opened.reset();
            return;
        }
        request = opened;
        boolean reused = connections.reused(opened);
        opened.exceptionHandler(failure -> LOG.debugf("%s: %s", server, FailureText.of(failure)));
        opened.response().onSuccess(this::answered).onFailure(failure -> lost(failure, reused));
        if (body.length() > 0) {
            opened.putHeader("Content-Type", "application/json").end(body);
        } else {
            opened.end();
        }
    }

    private void answered(HttpClientResponse answer) {
        if (head.future().isComplete()) {
            answer.request().reset();
            return;
        }
        response = answer;
        answer.end().onComplete(_ -> ended = true);
        head.complete(answer);
    }

    private void lost(Throwable failure, boolean reused) {
        if (reused && !retried && !head.future().isComplete()) {
            retried = true;
            connect();
        } else {
            head.tryFail(failure);
        }
    }
}
