package dev.aicortex.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aicortex.dialect.Endpoint;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The head of an answer, on its way from a server to a client. */
class OutgoingTest {
    private static final String BUFFERING = "X-Accel-Buffering";

    private final Vertx vertx = Vertx.vertx();

    @AfterEach
    void stop() {
        vertx.close();
    }

    private int listen(Consumer<HttpServerRequest> handler) {
        return done(vertx.createHttpServer().requestHandler(handler::accept).listen(0, "127.0.0.1"))
                .actualPort();
    }

    private static <T> T done(Future<T> future) {
        return future.toCompletionStage().toCompletableFuture().join();
    }

    /** What a client gets of that header when a server's answer has this type, and this of it. */
    private List<String> relayed(String type, String own) {
        int server =
                listen(asked -> {
                    asked.response().putHeader("Content-Type", type);
                    if (!own.isEmpty()) {
                        asked.response().putHeader("x-accel-buffering", own);
                    }
                    asked.response().end();
                });
        int gateway =
                listen(asked ->
                        vertx.createHttpClient()
                                .request(HttpMethod.GET, server, "127.0.0.1", "/")
                                .compose(HttpClientRequest::send)
                                .onSuccess(head -> {
                                    new Outgoing(type, Endpoint.CHAT, "m", Rewriting.NONE)
                                            .writeHead(head, asked.response());
                                    asked.response().end();
                                }));
        return done(
                vertx.createHttpClient()
                        .request(HttpMethod.GET, gateway, "127.0.0.1", "/")
                        .compose(HttpClientRequest::send)
                        .map(head -> head.headers().getAll(BUFFERING)));
    }

    @ParameterizedTest
    @CsvSource({
        "text/event-stream, '', no",
        "text/event-stream; charset=utf-8, '', no",
        "application/x-ndjson, '', no",
        "application/x-ndjson, yes, no"
    })
    void aStreamIsNotToBeBufferedWhateverTheServerSays(String type, String own, String said) {
        assertThat(relayed(type, own)).containsExactly(said);
    }

    @Test
    void ofADocumentNothingIsSaid() {
        assertThat(relayed("application/json", "yes")).isEmpty();
    }
}
