package dev.aicortex.gateway.calls;

import dev.aicortex.fleet.Reply;
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
import java.time.Duration;
import java.util.concurrent.TimeoutException;

/**
 * One request with a short body to one server of the fleet, with a limit of time; for requests that
 * may be sent twice. Confined to its event loop.
 */
public final class ServerCall implements UpstreamCall.Exchange {
    private final Vertx vertx;
    private final Buffer body;
    private final UpstreamCall call;
    private final Promise<HttpClientResponse> head = Promise.promise();

    public ServerCall(
            OllamaConnections connections,
            ServerUrl server,
            HttpMethod method,
            String path,
            Buffer body) {
        this.vertx = connections.vertx();
        this.body = body;
        this.call = new UpstreamCall(connections, server, method, path, this);
    }

    /**
     * Sends it.
     *
     * @param patience from now until the head of the answer
     * @return the answer, whose handlers must be set at once; fails with a reason for {@link
     *     dev.aicortex.ollama.FailureText}
     */
    public Future<HttpClientResponse> head(Duration patience) {
        return within(patience, head.future());
    }

    /**
     * Sends it and reads the whole answer.
     *
     * @param patience from now until the last byte of the answer
     * @return the answer, its body cut at 64 KiB; fails with a reason for {@link
     *     dev.aicortex.ollama.FailureText}
     */
    public Future<Reply> reply(Duration patience) {
        return within(patience, head.future().compose(ReplyReader::read));
    }

    private <T> Future<T> within(Duration patience, Future<T> result) {
        call.start();
        Promise<T> inTime = Promise.promise();
        long timer =
                vertx.setTimer(
                        patience.toMillis(),
                        _ -> {
                            if (inTime.tryFail(new TimeoutException())) {
                                cancel();
                            }
                        });
        result.onSuccess(inTime::tryComplete).onFailure(inTime::tryFail);
        return inTime.future().onComplete(_ -> vertx.cancelTimer(timer));
    }

    /** Stops the server's work, unless its answer has ended. */
    public void cancel() {
        head.tryFail(new TimeoutException());
        call.stop();
    }

    @Override
    public Future<Void> send(HttpClientRequest request) {
        return body.length() > 0
                ? request.putHeader("Content-Type", "application/json").end(body)
                : request.end();
    }

    @Override
    public void answered(HttpClientResponse answer) {
        answer.end().onComplete(_ -> call.ended());
        head.tryComplete(answer);
    }

    @Override
    public void failed(Throwable failure, boolean sent) {
        head.tryFail(failure);
    }
}
