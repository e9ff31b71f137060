package dev.aicortex.manage;

import dev.aicortex.gateway.request.ContentCoding;
import dev.aicortex.gateway.request.UnreadBody;
import dev.aicortex.model.ValidationException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Objects;

/** Reads a request's body into memory, up to a length that no such request needs. */
final class ShortBody {
    private static final int LIMIT = 16 << 20;

    private ShortBody() {}

    /**
     * The whole body, without its codings. One that is too long is read to its end all the same,
     * and dropped: a client that is still sending would not see the answer.
     */
    static Future<Buffer> read(Vertx vertx, HttpServerRequest request) {
        Promise<Buffer> whole = Promise.promise();
        Buffer body = Buffer.buffer();
        request.handler(chunk -> {
            if (body.length() <= LIMIT) {
                body.appendBuffer(chunk);
            }
        });
        request.exceptionHandler(_ ->
                whole.tryFail(
                        new ValidationException(
                                "the request broke off before its body was there")));
        // Not at once: an answer that ends before its route has returned confuses quarkus-rest.
        request.endHandler(_ -> vertx.runOnContext(_ -> whole.tryComplete(body)));
        welcome(request);
        request.resume();
        return whole.future()
                .map(coded -> shortEnough(coded, request))
                .compose(coded -> plain(vertx, request, coded));
    }

    private static Future<Buffer> plain(Vertx vertx, HttpServerRequest request, Buffer coded) {
        List<ContentCoding> codings = ContentCoding.of(request);
        return codings.isEmpty()
                ? Future.succeededFuture(coded)
                : vertx.executeBlocking(() -> decoded(coded, codings), false)
                        .map(body -> shortEnough(Objects.requireNonNull(body), request));
    }

    private static Buffer decoded(Buffer coded, List<ContentCoding> codings) throws IOException {
        InputStream bytes = new ByteArrayInputStream(coded.getBytes());
        try (InputStream in = ContentCoding.decoded(bytes, codings, LIMIT + 1)) {
            return Buffer.buffer(in.readNBytes(LIMIT + 1));
        }
    }

    private static Buffer shortEnough(Buffer body, HttpServerRequest request) {
        if (body.length() > LIMIT) {
            throw new ValidationException(
                    "the body of %s is longer than %d bytes; send files as blobs"
                            .formatted(request.path(), LIMIT));
        }
        return body;
    }

    /** What nobody wants: a client that is still sending would not see the answer. */
    static void discardRest(HttpServerRequest request) {
        if (!request.isEnded()) {
            request.handler(_ -> {});
            request.endHandler(_ -> {});
            request.exceptionHandler(_ -> {});
            request.resume();
        }
    }

    /** Tells a client to send that asks first. */
    static void welcome(HttpServerRequest request) {
        if (UnreadBody.held(request)) {
            request.response().writeContinue();
        }
    }
}
