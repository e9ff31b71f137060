package dev.aicortex.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Parts of answers past Vert.x' encoder. It rests on how Vert.x builds its connections: where an
 * upgrade moves that, these tests fail.
 */
class ChunkWriterTest {
    private final Vertx vertx = Vertx.vertx();

    @AfterEach
    void stop() {
        vertx.close();
    }

    @Test
    void framesEachPartOfAChunkedAnswer() {
        String answer = answer("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", true);
        assertThat(answer)
                .contains("transfer-encoding: chunked")
                .endsWith("\r\n\r\n3\r\none\r\n10\r\nsixteen letters!\r\n5\r\nthree\r\n0\r\n\r\n");
    }

    @Test
    void framesNothingForAnOldClient() {
        String answer = answer("GET / HTTP/1.0\r\nHost: a\r\n\r\n", true);
        assertThat(answer).endsWith("\r\n\r\nonesixteen letters!three");
    }

    @Test
    void framesNothingOfKnownLength() {
        String answer = answer("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", false);
        assertThat(answer).endsWith("\r\n\r\nonesixteen letters!three");
    }

    private String answer(String request, boolean chunked) {
        int port =
                vertx.createHttpServer()
                        .requestHandler(asked -> serve(asked, chunked))
                        .listen(0, "127.0.0.1")
                        .toCompletionStage()
                        .toCompletableFuture()
                        .join()
                        .actualPort();
        Promise<String> answer = Promise.promise();
        vertx.createNetClient()
                .connect(port, "127.0.0.1")
                .onSuccess(socket -> {
                    Buffer read = Buffer.buffer();
                    socket.handler(read::appendBuffer);
                    socket.closeHandler(_ -> answer.complete(read.toString()));
                    socket.write(request);
                });
        return answer.future().toCompletionStage().toCompletableFuture().join();
    }

    private static void serve(HttpServerRequest asked, boolean chunked) {
        HttpServerResponse response = asked.response();
        if (chunked) {
            response.setChunked(true);
        } else {
            response.putHeader("Content-Length", "24");
        }
        ChunkWriter writer = new ChunkWriter(asked);
        writer.write(Buffer.buffer("one"));
        writer.write(Buffer.buffer("sixteen letters!"));
        writer.write(Buffer.buffer("three"));
        response.end();
    }
}
