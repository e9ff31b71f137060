package dev.aicortex.gateway;

import dev.aicortex.model.CortexException;
import dev.aicortex.relay.LastBytes;
import dev.aicortex.relay.StreamKind;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.function.Supplier;

/** Tells a client that it gets no answer, in the form that its response is open for. */
final class ClientAnswer {
    private final HttpServerRequest request;
    private final Route route;
    private final Supplier<String> model;

    /**
     * @param model as the client spelt it
     */
    ClientAnswer(HttpServerRequest request, Route route, Supplier<String> model) {
        this.request = request;
        this.route = route;
        this.model = model;
    }

    private HttpServerResponse response() {
        return request.response();
    }

    /** An error that is no server's. Done when the client has it; never fails. */
    Future<Void> refuse(CortexException error) {
        return begun()
                ? event(error.text(), error.code())
                : Responses.send(response(), error, route.errors());
    }

    /** An answer has begun and will not end. Done when the client knows; never fails. */
    Future<Void> interrupt(String message) {
        return event(StreamKind.LOST + message, "stream_interrupted");
    }

    /** A server's own words. Done when the client has them; never fails. */
    Future<Void> reject(Rejection rejection) {
        if (begun()) {
            return event(rejection.words(), rejection.code());
        }
        response().setStatusCode(rejection.status());
        response().putHeader("Content-Type", rejection.contentType());
        return response().end(rejection.body()).otherwiseEmpty();
    }

    /** Whether heartbeats have sent the head of a stream: what follows has to be a part of it. */
    private boolean begun() {
        return response().headWritten();
    }

    private Future<Void> event(String message, String code) {
        if (response().closed() || response().ended()) {
            return Future.succeededFuture();
        }
        Buffer frame =
                StreamKind.of(route.endpoint())
                        .errorFrame(route.endpoint(), model.get(), message, code);
        return LastBytes.breakOff(request, response(), frame).otherwiseEmpty();
    }
}
