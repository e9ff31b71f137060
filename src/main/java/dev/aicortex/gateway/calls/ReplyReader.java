package dev.aicortex.gateway.calls;

import dev.aicortex.fleet.Reply;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;

/** Reads a server's answer that is not a stream, and what it says went wrong. */
public final class ReplyReader {
    /** An answer that is no stream is looked at up to this length. */
    public static final int MAX_BODY = 64 * 1024;

    private static final int MOST_WORDS = 1_000;

    private ReplyReader() {}

    /** The whole answer; of a long body the rest is dropped. Fails when the connection breaks. */
    public static Future<Reply> read(HttpClientResponse response) {
        Promise<Reply> reply = Promise.promise();
        Buffer body = Buffer.buffer();
        response.exceptionHandler(reply::tryFail);
        response.handler(chunk ->
                body.appendBuffer(chunk, 0, Math.min(chunk.length(), MAX_BODY - body.length())));
        response.endHandler(_ -> reply.tryComplete(reply(response, body)));
        return reply.future();
    }

    /** The answer with what has been read of its body. */
    public static Reply reply(HttpClientResponse response, Buffer body) {
        return new Reply(response.statusCode(), contentType(response), body);
    }

    /** As the server sent it; empty when it did not. */
    public static String contentType(HttpClientResponse response) {
        String type = response.getHeader("content-type");
        return type == null ? "" : type;
    }

    /** The server's own words for its error, else that it answered so; for whoever asked. */
    public static String words(Reply reply) {
        return reply.words()
                .filter(text -> !text.isEmpty())
                .orElse("the server answered " + reply.status());
    }

    /** The server's own words for its error, cut when they are many, else its status. */
    public static String problem(Reply reply) {
        return reply.words()
                .filter(words -> !words.isEmpty())
                .map(ReplyReader::cut)
                .orElse("it answered " + reply.status());
    }

    private static String cut(String words) {
        return words.length() > MOST_WORDS ? words.substring(0, MOST_WORDS) + "…" : words;
    }
}
