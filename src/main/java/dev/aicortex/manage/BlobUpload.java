package dev.aicortex.manage;

import dev.aicortex.fleet.Reply;
import dev.aicortex.gateway.calls.ReplyReader;
import dev.aicortex.model.ServerUrl;
import dev.aicortex.ollama.OllamaConnections;
import dev.aicortex.ollama.UpstreamCall;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.streams.Pipe;
import java.time.Duration;
import java.util.concurrent.TimeoutException;

/**
 * Hands a blob from a client to a server, as fast as the slower of the two goes; of the blob, which
 * may have gigabytes, nothing is kept. It can be sent once only.
 */
final class BlobUpload implements UpstreamCall.Exchange {
    private final Vertx vertx;
    private final UpstreamCall call;
    private final HttpServerRequest from;
    private final Pipe<Buffer> pipe;
    private final Duration patience;
    private final Promise<Reply> reply = Promise.promise();

    /**
     * @param patience how long the server may take to answer once it has the whole blob
     */
    BlobUpload(
            OllamaConnections connections,
            ServerUrl server,
            String path,
            HttpServerRequest from,
            Duration patience) {
        this.vertx = connections.vertx();
        this.call = new UpstreamCall(connections, server, HttpMethod.POST, path, this);
        this.from = from;
        this.pipe = from.pipe().endOnFailure(false);
        this.patience = patience;
    }

    /** The server's answer; fails when the server breaks off or the client does. */
    Future<Reply> reply() {
        call.start();
        return reply.future();
    }

    @Override
    public boolean repeatable(boolean atOnce) {
        return false;
    }

    @Override
    public Future<Void> send(HttpClientRequest to) {
        to.exceptionHandler(reply::tryFail); // it knows more than the pipe, which only ends
        String length = from.getHeader("Content-Length");
        if (length == null) {
            to.setChunked(true);
        } else {
            to.putHeader("Content-Length", length);
        }
        to.putHeader("Content-Type", "application/octet-stream");
        ShortBody.welcome(from);
        return pipe.to(to).onSuccess(_ -> whole()).onFailure(this::broken);
    }

    /** The server has the whole blob, and has to answer. */
    private void whole() {
        long timer = vertx.setTimer(patience.toMillis(), _ -> broken(new TimeoutException()));
        reply.future().onComplete(_ -> vertx.cancelTimer(timer));
    }

    private void broken(Throwable failure) {
        if (reply.tryFail(failure)) {
            call.stop();
        }
    }

    @Override
    public void failed(Throwable failure, boolean sent) {
        reply.tryFail(failure);
    }

    @Override
    public void answered(HttpClientResponse response) {
        ReplyReader.read(response).onSuccess(this::replied).onFailure(reply::tryFail);
    }

    /** A server that answers before it has the whole blob does not want the rest. */
    private void replied(Reply answer) {
        reply.tryComplete(answer);
        if (!from.isEnded()) {
            call.enough();
            pipe.close();
            ShortBody.discardRest(from);
        }
    }
}
