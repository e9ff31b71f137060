package dev.aicortex.gateway.manage;

import dev.aicortex.fleet.Reply;
import dev.aicortex.gateway.ReplyReader;
import dev.aicortex.model.ServerUrl;
import dev.aicortex.ollama.OllamaConnections;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.streams.Pipe;
import java.time.Duration;
import java.util.concurrent.TimeoutException;

/**
 * Hands a blob from a client to a server, as fast as the slower of the two goes; of the blob, which
 * may have gigabytes, nothing is kept. It can be sent once only.
 */
final class BlobUpload {
    private final Vertx vertx;
    private final HttpServerRequest from;
    private final Duration patience;
    private final Promise<Reply> reply = Promise.promise();

    /**
     * @param patience how long the server may take to answer once it has the whole blob
     */
    BlobUpload(Vertx vertx, HttpServerRequest from, Duration patience) {
        this.vertx = vertx;
        this.from = from;
        this.patience = patience;
    }

    /** The server's answer; fails when the server breaks off or the client does. */
    Future<Reply> to(OllamaConnections connections, ServerUrl server, String path) {
        connections
                .open(server, HttpMethod.POST, path)
                .onSuccess(this::send)
                .onFailure(reply::tryFail);
        return reply.future();
    }

    private void send(HttpClientRequest to) {
        to.exceptionHandler(reply::tryFail);
        length(to);
        Pipe<Buffer> pipe = from.pipe().endOnFailure(false);
        to.response()
                .compose(ReplyReader::read)
                .onSuccess(answer -> answered(answer, pipe, to))
                .onFailure(reply::tryFail);
        ShortBody.welcome(from);
        pipe.to(to).onSuccess(_ -> awaitAnswer(to)).onFailure(failure -> broken(failure, to));
    }

    private void length(HttpClientRequest to) {
        String length = from.getHeader("Content-Length");
        if (length == null) {
            to.setChunked(true);
        } else {
            to.putHeader("Content-Length", length);
        }
        to.putHeader("Content-Type", "application/octet-stream");
    }

    private void awaitAnswer(HttpClientRequest to) {
        long timer =
                vertx.setTimer(
                        patience.toMillis(),
                        _ -> {
                            if (reply.tryFail(new TimeoutException())) {
                                to.reset();
                            }
                        });
        reply.future().onComplete(_ -> vertx.cancelTimer(timer));
    }

    private void broken(Throwable failure, HttpClientRequest to) {
        if (!reply.future().isComplete()) {
            to.reset();
            reply.tryFail(failure);
        }
    }

    /** A server that answers before it has the whole blob does not want the rest. */
    private void answered(Reply answer, Pipe<?> pipe, HttpClientRequest to) {
        reply.tryComplete(answer);
        if (!from.isEnded()) {
            pipe.close();
            to.reset();
            ShortBody.discardRest(from);
        }
    }
}
