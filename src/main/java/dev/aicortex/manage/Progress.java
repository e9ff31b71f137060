package dev.aicortex.manage;

import dev.aicortex.dialect.Endpoint;
import dev.aicortex.fleet.Reply;
import dev.aicortex.fleet.Server;
import dev.aicortex.gateway.calls.LoopClock;
import dev.aicortex.gateway.calls.ReplyReader;
import dev.aicortex.ollama.FailureText;
import dev.aicortex.ollama.OllamaConnections;
import dev.aicortex.ollama.UpstreamCall;
import dev.aicortex.relay.AnswerPump;
import dev.aicortex.relay.Ending;
import dev.aicortex.relay.Outgoing;
import dev.aicortex.relay.Rewriting;
import dev.aicortex.relay.Sink;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A change that one server makes, and what it tells of it: lines of progress, which are written to
 * this, or a short answer. Confined to its event loop.
 */
abstract class Progress
        implements Sink, UpstreamCall.Exchange, AnswerPump.Listener, LoopClock.Timed {
    /** Verifying or converting the largest models takes a good part of it, without a word. */
    static final Duration LONGEST_WORK = Duration.ofHours(1);

    private static final String LINES = "application/x-ndjson";

    private final Vertx vertx;
    private final Server server;
    private final Buffer body;
    private final UpstreamCall call;
    private final LoopClock clock = LoopClock.here();
    private @Nullable AnswerPump pump;
    private long limitNanos;
    private boolean over;

    Progress(OllamaConnections connections, Server server, String path, Buffer body) {
        this.vertx = connections.vertx();
        this.server = server;
        this.body = body;
        this.call = new UpstreamCall(connections, server.url(), HttpMethod.POST, path, this);
    }

    /** The server answers in short, in place of progress. */
    abstract void replied(Reply reply);

    /** The server says nothing more. */
    abstract void over(Ending how);

    /** Whether every good answer is progress, whatever type something on the way gave it. */
    boolean alwaysLines() {
        return false;
    }

    /**
     * Sends the request.
     *
     * @param patience until the head of the answer
     */
    void start(Duration patience) {
        if (over) {
            return; // nobody waits for it any more
        }
        mayBeSilent(patience);
        clock.add(this, vertx);
        call.start();
    }

    /** For how long the server may say nothing from now on. */
    void mayBeSilent(Duration limit) {
        limitNanos = limit.toNanos();
    }

    /** Nobody waits for it any more. */
    void cancel() {
        if (pump != null) {
            pump.clientGone();
        } else if (!over) {
            ended(new Ending.ClientGone());
            call.stop();
        }
    }

    @Override
    public void tick(long now) {
        server.rest().used(server.nowMillis());
        if (pump == null && now - call.sentNanos() > limitNanos) {
            ended(Ending.Truncated.broken("no answer in time"));
            call.stop();
        } else if (pump != null) {
            pump.tick(now);
            if (pump.silentNanos(now) > limitNanos) {
                pump.giveUp("it was silent for too long");
            }
        }
    }

    @Override
    public Future<Void> send(HttpClientRequest request) {
        return request.putHeader("Content-Type", "application/json").end(body);
    }

    @Override
    public void failed(Throwable failure, boolean sent) {
        ended(Ending.Truncated.broken(FailureText.of(failure)));
    }

    @Override
    public void answered(HttpClientResponse response) {
        boolean good = response.statusCode() / 100 == 2;
        if (good && (alwaysLines() || ReplyReader.contentType(response).startsWith(LINES))) {
            mayBeSilent(LONGEST_WORK);
            Outgoing lines = new Outgoing(LINES, Endpoint.CHAT, "", Rewriting.NONE);
            pump = new AnswerPump(vertx, response, lines, this, this);
            pump.start();
        } else {
            clock.remove(this);
            ReplyReader.read(response)
                    .onSuccess(this::whole)
                    .onFailure(failure -> failed(failure, true));
        }
    }

    private void whole(Reply reply) {
        call.ended();
        if (!over) {
            over = true;
            replied(reply);
        }
    }

    @Override
    public void ended(Ending how) {
        if (!over) {
            over = true;
            clock.remove(this);
            over(how);
        }
    }

    @Override
    public boolean eager() {
        return true;
    }

    @Override
    public void begin(AnswerPump from, HttpClientResponse head) {}

    @Override
    public void content() {
        // the lines follow
    }

    @Override
    public Future<Void> end(Buffer last) {
        write(last);
        return Future.succeededFuture();
    }

    @Override
    public Future<Void> breakOff(Ending how, String reason) {
        return Future.succeededFuture();
    }
}
