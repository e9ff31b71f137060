package dev.aicortex.ollama;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aicortex.config.CortexConfig;
import dev.aicortex.model.ServerUrl;
import dev.aicortex.testing.TestConfig;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * The bodies of streams past Vert.x' codec. It rests on how Vert.x builds its connections: where an
 * upgrade moves that, these tests fail.
 */
class UpstreamConnectionTest {
    private static final String HEAD = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";

    private final Vertx vertx = Vertx.vertx();
    private final Context context = vertx.getOrCreateContext(); // one loop has one pool
    private final CortexConfig config = TestConfig.of(Map.of());
    private final OllamaConnections connections =
            new OllamaConnections(vertx, config, new ServerAccess(config));

    /** What came of an answer, each part added to the one before. */
    private record Answer(boolean taken, String body, boolean broken) {}

    @AfterEach
    void stop() {
        connections.close();
        vertx.close();
    }

    @Test
    void takesTheBodyOfAStreamAndLeavesTheConnectionToTheNext() {
        ServerUrl server = server(HEAD + "5\r\nhello\r\n", "1\r\n!\r\n0\r\n\r\n");
        Answer taken = new Answer(true, "hello!", false);
        List<Answer> answers =
                onLoop(() ->
                        ask(server, true)
                                .compose(first ->
                                        ask(server, true).map(second -> List.of(first, second))));
        assertThat(answers).containsExactly(taken, taken);
    }

    @Test
    void takesNoBodyUnlessAStreamIsExpected() {
        ServerUrl server = server(HEAD + "5\r\nhello\r\n0\r\n\r\n");
        assertThat(onLoop(() -> ask(server, false))).isEqualTo(new Answer(false, "hello", false));
    }

    @Test
    void takesNoBodyOfKnownLength() {
        ServerUrl server = server("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello");
        assertThat(onLoop(() -> ask(server, true))).isEqualTo(new Answer(false, "hello", false));
    }

    @Test
    void leavesTheAnswerBehindAnInterimOneToTheCodec() {
        ServerUrl server =
                server("HTTP/1.1 103 Early Hints\r\n\r\n" + HEAD + "5\r\nhello\r\n0\r\n\r\n");
        assertThat(onLoop(() -> ask(server, true))).isEqualTo(new Answer(false, "hello", false));
    }

    @Test
    void breaksAtChunksThatAreMalformed() {
        ServerUrl server = server(HEAD + "5\r\nhello\r\nx\r\n");
        Answer answer = onLoop(() -> ask(server, true));
        assertThat(answer.taken()).isTrue();
        assertThat(answer.broken()).isTrue();
    }

    /** Answers each request with these parts. */
    private ServerUrl server(String... parts) {
        NetServer server = vertx.createNetServer();
        server.connectHandler(socket -> socket.handler(_ -> write(socket, parts, 0)));
        int port =
                server.listen(0, "127.0.0.1")
                        .toCompletionStage()
                        .toCompletableFuture()
                        .join()
                        .actualPort();
        return ServerUrl.of("http://127.0.0.1:" + port);
    }

    private static void write(NetSocket socket, String[] parts, int next) {
        if (next < parts.length) {
            socket.write(parts[next]).onSuccess(_ -> write(socket, parts, next + 1));
        }
    }

    private Future<Answer> ask(ServerUrl server, boolean stream) {
        return connections
                .open(server, HttpMethod.GET, "/")
                .compose(request -> {
                    if (stream) {
                        UpstreamConnection.of(request).expectStream();
                    }
                    Promise<Answer> answer = Promise.promise();
                    request.response().onSuccess(head -> read(request, head, answer));
                    return request.end().compose(_ -> answer.future());
                })
                .compose(this::backInThePool);
    }

    private static void read(
            HttpClientRequest request, HttpClientResponse head, Promise<Answer> answer) {
        Buffer body = Buffer.buffer();
        boolean taken =
                UpstreamConnection.of(request).takeBody(head, part -> body.appendBuffer(part));
        head.endHandler(_ -> answer.tryComplete(new Answer(taken, body.toString(), false)));
        head.exceptionHandler(_ -> answer.tryComplete(new Answer(taken, body.toString(), true)));
        if (!taken) {
            head.handler(part -> body.appendBuffer(part));
        }
    }

    /** Where a connection goes at the end of its answer, a turn of the loop later. */
    private <T> Future<T> backInThePool(T value) {
        Promise<T> later = Promise.promise();
        context.runOnContext(_ -> later.complete(value));
        return later.future();
    }

    private <T> T onLoop(Supplier<Future<T>> step) {
        Promise<T> end = Promise.promise();
        context.runOnContext(_ -> step.get().onComplete(end));
        return end.future().toCompletionStage().toCompletableFuture().join();
    }
}
