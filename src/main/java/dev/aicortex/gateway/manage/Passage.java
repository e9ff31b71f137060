package dev.aicortex.gateway.manage;

import dev.aicortex.gateway.ServerCall;
import dev.aicortex.ollama.FailureText;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.json.JsonObject;

/** Passes one server's progress on to the client, byte for byte, as fast as the client takes it. */
final class Passage {
    private final ServerCall call;
    private final HttpClientResponse from;
    private final Client client;
    private final Silence silence;
    private final Promise<Void> over = Promise.promise();
    private byte last = '\n';

    Passage(Vertx vertx, ServerCall call, HttpClientResponse from, Client client) {
        this.call = call;
        this.from = from;
        this.client = client;
        this.silence = new Silence(vertx, this::tooLong);
    }

    /** Done when the server has said its last word, or the client has left; never fails. */
    Future<Void> run() {
        from.exceptionHandler(failure -> broken(FailureText.of(failure)));
        from.endHandler(_ -> finish());
        from.handler(this::chunk);
        silence.heard(Silence.LONGEST_WORK);
        client.whenGone(this::stop);
        return over.future();
    }

    private void chunk(Buffer chunk) {
        last = chunk.getByte(chunk.length() - 1);
        client.write(chunk);
        silence.heard(Silence.LONGEST_WORK);
        if (client.full()) {
            from.pause();
            silence.stop();
            client.whenDrained(this::resume);
        }
    }

    private void resume() {
        if (!over.future().isComplete()) {
            silence.heard(Silence.LONGEST_WORK);
            from.resume();
        }
    }

    private void tooLong() {
        broken("it was silent for too long");
        call.cancel();
    }

    private void broken(String reason) {
        if (!over.future().isComplete()) {
            client.write(Buffer.buffer(last == '\n' ? "" : "\n"));
            client.line(new JsonObject().put("error", "the server broke off: " + reason));
            finish();
        }
    }

    private void stop() {
        if (!over.future().isComplete()) {
            finish();
            call.cancel();
        }
    }

    private void finish() {
        silence.stop();
        over.tryComplete();
    }
}
