package dev.aicortex.manage;

import dev.aicortex.fleet.Reply;
import dev.aicortex.fleet.Server;
import dev.aicortex.gateway.calls.LoopClock;
import dev.aicortex.gateway.calls.ReplyReader;
import dev.aicortex.model.Endpoint;
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
 * A change that one server makes, and what it tells of it: lines of progress, or a short answer.
 * Confined to its event loop.
 */
final class Progress implements UpstreamCall.Exchange, AnswerPump.Listener, LoopClock.Timed {
    /** Verifying or converting the largest models takes a good part of it, without a word. */
    static final Duration LONGEST_WORK = Duration.ofHours(1);

    private static final String LINES = "application/x-ndjson";

    private final Vertx vertx;
    private final Listener listener;
    private final Buffer body;
    private final UpstreamCall call;
    private final LoopClock clock = LoopClock.here();
    private @Nullable AnswerPump pump;
    private long limitNanos;
    private boolean over;

    /** Who hears of it; the lines are written to it. */
    interface Listener extends Sink {
        /** The server answers in short, in place of progress. */
        void replied(Reply reply);

        /** The server says nothing more. */
        void ended(Ending how);

        /** Whether every good answer is progress, whatever type something on the way gave it. */
        default boolean alwaysLines() {
            return false;
        }

        @Override
        default boolean eager() {
            return true;
        }

        @Override
        default void begin(AnswerPump from, HttpClientResponse head) {}

        @Override
        default Future<Void> breakOff(Ending how, String reason) {
            return Future.succeededFuture();
        }
    }

    Progress(
            OllamaConnections connections,
            Server server,
            String path,
            Buffer body,
            Listener listener) {
        this.vertx = connections.vertx();
        this.listener = listener;
        this.body = body;
        this.call = new UpstreamCall(connections, server.url(), HttpMethod.POST, path, this);
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
            end(new Ending.ClientGone());
            call.stop();
        }
    }

    @Override
    public void tick(long now) {
        if (pump == null && now - call.sentNanos() > limitNanos) {
            end(Ending.Truncated.broken("no answer in time"));
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
        end(Ending.Truncated.broken(FailureText.of(failure)));
    }

    @Override
    public void answered(HttpClientResponse response) {
        String type = ReplyReader.contentType(response);
        boolean good = response.statusCode() / 100 == 2;
        if (good && (type.startsWith(LINES) || listener.alwaysLines())) {
            mayBeSilent(LONGEST_WORK);
            Outgoing lines = new Outgoing(LINES, Endpoint.CHAT, "", Rewriting.NONE);
            pump = new AnswerPump(vertx, response, lines, listener, this);
            pump.start();
        } else {
            clock.remove(this);
            ReplyReader.read(response)
                    .onSuccess(this::replied)
                    .onFailure(failure -> failed(failure, true));
        }
    }

    private void replied(Reply reply) {
        call.ended();
        if (!over) {
            over = true;
            listener.replied(reply);
        }
    }

    @Override
    public void content() {
        // the lines follow
    }

    @Override
    public void ended(Ending how) {
        end(how);
    }

    private void end(Ending how) {
        if (!over) {
            over = true;
            clock.remove(this);
            listener.ended(how);
        }
    }
}
