package dev.aicortex.manage;

import dev.aicortex.fleet.Reply;
import dev.aicortex.gateway.calls.LoopClock;
import dev.aicortex.gateway.calls.ReplyReader;
import dev.aicortex.model.ServerUrl;
import dev.aicortex.ollama.OllamaConnections;
import dev.aicortex.ollama.UpstreamCall;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.streams.Pipe;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Hands a blob from a client to a server, as fast as the slower of the two goes; of the blob, which
 * may have gigabytes, nothing is kept. It can be sent once only.
 */
final class BlobUpload implements UpstreamCall.Exchange, LoopClock.Timed {
    private static final long NOT_YET = Long.MAX_VALUE;

    private final HttpServerRequest from;
    private final long patienceNanos;
    private final Promise<Reply> reply = Promise.promise();
    private @Nullable UpstreamCall call;
    private @Nullable Pipe<Buffer> pipe;
    private long wholeSince = NOT_YET;

    /**
     * @param patience how long the server may take to answer once it has the whole blob
     */
    BlobUpload(HttpServerRequest from, Duration patience) {
        this.from = from;
        this.patienceNanos = patience.toNanos();
    }

    /** The server's answer; fails when the server breaks off or the client does. */
    Future<Reply> to(OllamaConnections connections, ServerUrl server, String path) {
        LoopClock clock = LoopClock.here();
        clock.add(this, connections.vertx());
        call = new UpstreamCall(connections, server, HttpMethod.POST, path, this);
        call.start();
        return reply.future().onComplete(_ -> clock.remove(this));
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
        Pipe<Buffer> pipe = from.pipe().endOnFailure(false);
        this.pipe = pipe;
        ShortBody.welcome(from);
        return pipe.to(to).onSuccess(_ -> wholeSince = System.nanoTime()).onFailure(this::broken);
    }

    @Override
    public void tick(long now) {
        if (wholeSince != NOT_YET && now - wholeSince > patienceNanos) {
            broken(new TimeoutException());
        }
    }

    private void broken(Throwable failure) {
        if (reply.tryFail(failure) && call != null) {
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
        if (!from.isEnded() && pipe != null && call != null) {
            call.enough();
            pipe.close();
            ShortBody.discardRest(from);
        }
    }
}
