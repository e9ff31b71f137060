package dev.aicortex.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aicortex.fleet.Reply;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import java.io.IOException;

/** Reads a server's answer that is not a stream, and what it says went wrong. */
public final class ReplyReader {
    private static final int MAX_BODY = 64 * 1024;
    private static final int MAX_WORDS = 1_000;

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

    private static Reply reply(HttpClientResponse response, Buffer body) {
        String type = response.getHeader("content-type");
        return new Reply(response.statusCode(), type == null ? "" : type, body);
    }

    /** The server's own words for its error, else its status. */
    public static String problem(Reply reply) {
        String words = words(reply);
        if (words.isEmpty()) {
            return "it answered " + reply.status();
        }
        return words.length() > MAX_WORDS ? words.substring(0, MAX_WORDS) + "…" : words;
    }

    private static String words(Reply reply) {
        try {
            JsonNode json = AnswerLine.JSON.readTree(reply.body().getBytes());
            return json.path("error").asText("");
        } catch (IOException e) {
            return ""; // no JSON: the status has to do
        }
    }
}
