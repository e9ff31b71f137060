package dev.aicortex.gateway.manage;

import dev.aicortex.fleet.Server;
import dev.aicortex.gateway.Lines;
import dev.aicortex.gateway.ReplyReader;
import dev.aicortex.gateway.ServerCall;
import dev.aicortex.ollama.FailureText;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import java.time.Duration;
import java.util.List;

/** One server's part in a pull: its lines, those of one read together, and how it ended. */
final class PullPart {
    private static final int LONGEST_LINE = 1 << 20;

    private final Vertx vertx;
    private final Server server;
    private final ServerCall call;
    private final Listener listener;
    private final Lines lines = new Lines();
    private final Silence silence;
    private Buffer pending = Buffer.buffer();
    private int status;
    private boolean over;

    /** Who hears of it. */
    interface Listener {
        /** What one read brought; how long the server may be silent from now on. */
        Duration read(List<Buffer> lines);

        /** It says nothing more; the reason counts when it has not said how its pull ended. */
        void ended(String reason);
    }

    PullPart(Vertx vertx, Server server, ServerCall call, Listener listener) {
        this.vertx = vertx;
        this.server = server;
        this.call = call;
        this.listener = listener;
        this.silence = new Silence(vertx, this::tooLong);
    }

    Server server() {
        return server;
    }

    /** Of its answer; 0 when there was none. */
    int status() {
        return status;
    }

    void start(Duration firstByte) {
        call.head(firstByte)
                .onSuccess(this::answered)
                .onFailure(failure -> end(FailureText.of(failure)));
    }

    private void answered(HttpClientResponse from) {
        status = from.statusCode();
        if (status / 100 != 2) {
            ReplyReader.read(from)
                    .onSuccess(reply -> end(ReplyReader.problem(reply)))
                    .onFailure(failure -> end(FailureText.of(failure)));
            return;
        }
        from.exceptionHandler(failure -> end(FailureText.of(failure)));
        from.endHandler(_ -> ended());
        from.handler(this::chunk);
        silence.heard(Silence.LONGEST_WORK);
    }

    private void chunk(Buffer chunk) {
        if (pending.length() == 0) {
            vertx.runOnContext(_ -> flush());
        }
        pending.appendBuffer(chunk);
    }

    private void flush() {
        if (over || pending.length() == 0) {
            return;
        }
        Buffer read = pending;
        pending = Buffer.buffer();
        silence.heard(listener.read(lines.accept(read)));
        if (lines.heldLength() > LONGEST_LINE) {
            call.cancel();
            end("a line of its answer has no end");
        }
    }

    private void ended() {
        flush();
        if (!over) {
            listener.read(lines.rest());
            end("its answer ended too early");
        }
    }

    private void tooLong() {
        call.cancel();
        end("it was silent for too long");
    }

    private void end(String reason) {
        flush();
        if (!over) {
            stop();
            listener.ended(reason);
        }
    }

    /** Nobody waits for it any more. */
    void cancel() {
        if (!over) {
            stop();
            call.cancel();
        }
    }

    private void stop() {
        over = true;
        silence.stop();
    }
}
