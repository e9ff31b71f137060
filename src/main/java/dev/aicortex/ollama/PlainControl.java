package dev.aicortex.ollama;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.aicortex.model.ServerUrl;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** For commands, which run without the container that the declarative client needs. */
public final class PlainControl implements ControlApi, AutoCloseable {
    /** A list of ten thousand models has four million bytes. */
    private static final long LONGEST_ANSWER = 64 << 20;

    private final HttpClient http;
    private final Duration limit;
    private final ObjectMapper json = new ObjectMapper();

    /**
     * @param connectTimeout for opening a connection
     * @param limit for a whole call
     */
    public PlainControl(Duration connectTimeout, Duration limit) {
        this.limit = limit;
        this.http =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .connectTimeout(connectTimeout)
                        .build();
    }

    @Override
    public TagList tags(ServerUrl server) {
        return ask(server, request(server, "/api/tags"), TagList.class);
    }

    @Override
    public ModelDetails show(ServerUrl server, String model) {
        String body = JsonNodeFactory.instance.objectNode().put("model", model).toString();
        HttpRequest.Builder request =
                request(server, "/api/show")
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(body));
        return ask(server, request, ModelDetails.class);
    }

    @Override
    public RunningList running(ServerUrl server) {
        return ask(server, request(server, "/api/ps"), RunningList.class);
    }

    private static HttpRequest.Builder request(ServerUrl server, String path) {
        return HttpRequest.newBuilder(URI.create(server + path));
    }

    private <T> T ask(ServerUrl server, HttpRequest.Builder request, Class<T> type) {
        server.authorization().ifPresent(value -> request.header("Authorization", value));
        HttpResponse<byte[]> answer = await(request.build());
        if (answer.statusCode() != 200) {
            throw new UnreachableException("it answered " + answer.statusCode(), null);
        }
        T read;
        try {
            read = json.readValue(answer.body(), type);
        } catch (IOException e) {
            throw UnreachableException.of(e);
        }
        if (read == null) { // the text "null"
            throw new UnreachableException("its answer is empty", null);
        }
        return read;
    }

    /** Not the request's own time-out, which ends with the head and would let a body drip on. */
    private HttpResponse<byte[]> await(HttpRequest request) {
        CompletableFuture<HttpResponse<byte[]>> answer =
                http.sendAsync(
                        request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), LONGEST_ANSWER));
        try {
            return answer.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw UnreachableException.of(e);
        } catch (TimeoutException e) {
            answer.cancel(true);
            throw UnreachableException.of(e);
        } catch (InterruptedException e) {
            answer.cancel(true);
            Thread.currentThread().interrupt();
            throw new UnreachableException("interrupted", e);
        }
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
