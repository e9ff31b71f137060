package dev.aicortex.http;

import dev.aicortex.gateway.ErrorEnvelope;
import dev.aicortex.gateway.Responses;
import dev.aicortex.gateway.UnreadBody;
import dev.aicortex.model.CortexException;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;

/** Turns a request away before any route sees it, in the shape of the dialect of its path. */
final class Refusal {
    private Refusal() {}

    /** Answers once the body has come and is dropped: a client still sending would see a reset. */
    static void send(RoutingContext context, CortexException error) {
        HttpServerRequest request = context.request();
        boolean held = UnreadBody.held(request);
        UnreadBody.dropped(request)
                .compose(_ -> Responses.send(context.response(), error, envelope(context)))
                .onComplete(_ -> leave(request, held));
    }

    private static ErrorEnvelope envelope(RoutingContext context) {
        boolean anthropic = context.request().headers().contains("anthropic-version");
        return Envelopes.of(Envelopes.dialect(context.normalizedPath(), anthropic));
    }

    /** A body that was held back may come yet, and would be taken for the next request. */
    private static void leave(HttpServerRequest request, boolean held) {
        if (held && request.version() != HttpVersion.HTTP_2) {
            request.connection().close();
        }
    }
}
