package dev.aicortex.manage;

import dev.aicortex.fleet.Reply;
import dev.aicortex.fleet.Server;
import dev.aicortex.relay.LastBytes;
import dev.aicortex.relay.Outgoing;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;

/** Whoever asked for a change, and the way its answer goes. Confined to its event loop. */
final class Client {
    private final HttpServerRequest request;
    private final HttpServerResponse response;
    private boolean gone;
    private Runnable stop = () -> {};

    Client(RoutingContext context) {
        this.request = context.request();
        this.response = context.response();
        context.addEndHandler()
                .onFailure(_ -> {
                    gone = true;
                    stop.run();
                });
    }

    HttpServerRequest request() {
        return request;
    }

    boolean gone() {
        return gone;
    }

    /** What ends the work that nobody waits for any more; at once when the client has left. */
    void whenGone(Runnable work) {
        stop = work;
        if (gone) {
            work.run();
        }
    }

    /** Says in the head which server the answer is from. */
    void servedBy(Server server) {
        response.putHeader("X-Cortex-Server", server.url().toString());
    }

    /** A server's short answer as it is; done when it is on its way. */
    Future<Void> answer(Reply reply) {
        if (gone) {
            return Future.succeededFuture();
        }
        response.setStatusCode(reply.status());
        if (!reply.contentType().isEmpty()) {
            response.putHeader("Content-Type", reply.contentType());
        }
        return response.end(reply.body()).otherwiseEmpty();
    }

    // ---- progress, line by line

    boolean begun() {
        return response.headWritten();
    }

    /** Whether it takes progress more slowly than it comes. */
    boolean full() {
        return response.writeQueueFull();
    }

    void whenDrained(Runnable next) {
        response.drainHandler(_ -> next.run());
    }

    /** Lines, with their ends. */
    void write(Buffer lines) {
        if (gone || lines.length() == 0) {
            return;
        }
        if (!begun()) {
            response.putHeader("Content-Type", "application/x-ndjson").setChunked(true);
            Outgoing.unbuffered(response);
        }
        response.write(lines);
    }

    void line(JsonObject line) {
        write(line.toBuffer().appendString("\n"));
    }

    /** After the last line. */
    Future<Void> end() {
        return gone
                ? Future.succeededFuture()
                : LastBytes.end(request, response, Buffer.buffer()).otherwiseEmpty();
    }
}
