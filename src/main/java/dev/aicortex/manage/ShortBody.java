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

    private final HttpServerRequest request;
    private final Buffer body = Buffer.buffer();
    private boolean tooLong;

    private ShortBody(HttpServerRequest request) {
        this.request = request;
    }

    /**
     * The whole body, without its codings. One that is too long is read to its end all the same,
     * and dropped: a client that is still sending would not see the answer.
     */
    static Future<Buffer> read(Vertx vertx, HttpServerRequest request) {
        Promise<Buffer> whole = Promise.promise();
        ShortBody reader = new ShortBody(request);
        request.handler(reader::chunk);
        request.exceptionHandler(_ -> whole.tryFail(brokenOff()));
        // Not at once: an answer that ends before its route has returned confuses quarkus-rest.
        request.endHandler(_ -> vertx.runOnContext(_ -> reader.end(whole)));
        welcome(request);
        request.resume();
        return whole.future().compose(body -> plain(vertx, request, body));
    }

    private static Future<Buffer> plain(Vertx vertx, HttpServerRequest request, Buffer body) {
        List<ContentCoding> codings = ContentCoding.of(request);
        if (codings.isEmpty()) {
            return Future.succeededFuture(body);
        }
        return vertx.executeBlocking(() -> decoded(request, body, codings), false)
                .map(Objects::requireNonNull);
    }

    private static Buffer decoded(
            HttpServerRequest request, Buffer body, List<ContentCoding> codings)
            throws IOException {
        InputStream coded = new ByteArrayInputStream(body.getBytes());
        try (InputStream in = ContentCoding.decoded(coded, codings, LIMIT + 1)) {
            byte[] bytes = in.readNBytes(LIMIT + 1);
            if (bytes.length > LIMIT) {
                throw tooLong(request);
            }
            return Buffer.buffer(bytes);
        }
    }

    private static ValidationException brokenOff() {
        return new ValidationException("the request broke off before its body was there");
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

    private void chunk(Buffer chunk) {
        tooLong = tooLong || body.length() + chunk.length() > LIMIT;
        if (!tooLong) {
            body.appendBuffer(chunk);
        }
    }

    private static ValidationException tooLong(HttpServerRequest request) {
        return new ValidationException(
                "the body of %s is longer than %d bytes; send files as blobs"
                        .formatted(request.path(), LIMIT));
    }

    private void end(Promise<Buffer> whole) {
        if (tooLong) {
            whole.tryFail(tooLong(request));
        } else {
            whole.tryComplete(body);
        }
    }
}
