package dev.aicortex.manage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.aicortex.fleet.Reply;
import dev.aicortex.model.ServerUrl;
import dev.aicortex.ollama.OllamaConnections;
import dev.aicortex.testing.RawClient;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A blob on its way between a client and a server that are both held by the test. */
@QuarkusTest
class BlobUploadTest {
    private static final int BLOCK = 1 << 20;
    private static final long BLOCKS = 256;

    @Inject Vertx vertx;
    @Inject OllamaConnections connections;

    private final CompletableFuture<Reply> result = new CompletableFuture<>();
    private Duration patience = Duration.ofSeconds(20);
    private ServerSocket server;
    private HttpServer gateway;

    @BeforeEach
    void listen() throws IOException {
        server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        gateway =
                vertx.createHttpServer()
                        .requestHandler(this::upload)
                        .listen(0, "127.0.0.1")
                        .toCompletionStage()
                        .toCompletableFuture()
                        .join();
    }

    @AfterEach
    void close() throws IOException {
        server.close();
        gateway.close().toCompletionStage().toCompletableFuture().join();
    }

    private void upload(HttpServerRequest request) {
        request.pause();
        ServerUrl url = ServerUrl.of("http://127.0.0.1:" + server.getLocalPort());
        new BlobUpload(connections, url, "/api/blobs/x", request, patience)
                .reply()
                .onSuccess(reply -> request.response().setStatusCode(reply.status()).end())
                .onFailure(_ -> ShortBody.discardRest(request))
                .onFailure(_ -> request.response().setStatusCode(502).end())
                .onSuccess(result::complete)
                .onFailure(result::completeExceptionally);
    }

    private RawClient client(long length) throws IOException {
        RawClient client = new RawClient(URI.create("http://127.0.0.1:" + gateway.actualPort()));
        return client.send(
                "POST /api/blobs/x HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n"
                        .formatted(length));
    }

    private static void readHead(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            head.append((char) in.read());
        }
    }

    private static void answer(Socket connection, String status) throws IOException {
        connection
                .getOutputStream()
                .write(
                        "HTTP/1.1 %s\r\nContent-Length: 0\r\n\r\n"
                                .formatted(status)
                                .getBytes(StandardCharsets.US_ASCII));
    }

    @Test
    void aServerThatDoesNotReadHoldsTheClientBack() throws IOException {
        AtomicLong sent = new AtomicLong();
        try (RawClient client = client(BLOCK * BLOCKS)) {
            Thread sender = Thread.ofVirtual().start(() -> sendAll(client, sent));
            try (Socket connection = server.accept()) {
                readHead(connection.getInputStream());
                await().until(() -> stalled(sender, sent));
                assertThat(sent.get()).isLessThan(BLOCKS / 4);
                connection.getInputStream().skipNBytes(BLOCK * BLOCKS);
                answer(connection, "201 Created");
                assertThat(client.readUntil("\r\n\r\n")).startsWith("HTTP/1.1 201");
            }
        }
        assertThat(result.join().status()).isEqualTo(201);
        assertThat(sent.get()).isEqualTo(BLOCKS);
    }

    private static void sendAll(RawClient client, AtomicLong sent) {
        byte[] block = new byte[BLOCK];
        try {
            for (int i = 0; i < BLOCKS; i++) {
                client.send(block);
                sent.incrementAndGet();
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** Whether a second look, a poll later, finds no more sent than the first. */
    private static boolean stalled(Thread sender, AtomicLong sent) throws InterruptedException {
        long before = sent.get();
        return before > 0 && !sender.join(Duration.ofMillis(300)) && sent.get() == before;
    }

    @Test
    void aClientThatLeavesBreaksTheUploadOffAtTheServer() throws IOException {
        try (RawClient client = client(BLOCK)) {
            client.send("half");
            try (Socket connection = server.accept()) {
                readHead(connection.getInputStream());
                client.close();
                assertThat(rest(connection)).isIn("half", "half<reset>", "<reset>");
            }
        }
        assertThat(result).failsWithin(Duration.ofSeconds(20));
    }

    private static String rest(Socket connection) throws IOException {
        StringBuilder text = new StringBuilder();
        try {
            InputStream in = connection.getInputStream();
            for (int b = in.read(); b >= 0; b = in.read()) {
                text.append((char) b);
            }
        } catch (java.net.SocketException e) {
            text.append("<reset>");
        }
        return text.toString();
    }

    @Test
    void aServerThatRefusesInTheMiddleIsHeardAtOnce() throws IOException {
        try (RawClient client = client(BLOCK)) {
            client.send("half");
            try (Socket connection = server.accept()) {
                readHead(connection.getInputStream());
                answer(connection, "400 Bad Request");
                assertThat(client.readUntil("\r\n\r\n")).startsWith("HTTP/1.1 400");
            }
        }
    }

    @Test
    void aServerThatDiesInTheMiddleIsTold() throws IOException {
        try (RawClient client = client(BLOCK)) {
            client.send("half");
            Socket connection = server.accept();
            readHead(connection.getInputStream());
            connection.setSoLinger(true, 0);
            connection.close();
            assertThat(client.readUntil("\r\n\r\n")).startsWith("HTTP/1.1 502");
        }
    }

    @Test
    void aServerThatHasTheBlobAndSaysNothingIsGivenUp() throws IOException {
        patience = Duration.ofMillis(100);
        try (RawClient client = client(4)) {
            client.send("blob");
            try (Socket connection = server.accept()) {
                readHead(connection.getInputStream());
                assertThat(client.readUntil("\r\n\r\n")).startsWith("HTTP/1.1 502");
            }
        }
    }
}
