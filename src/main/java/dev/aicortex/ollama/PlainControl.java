package dev.aicortex.ollama;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.aicortex.config.CortexConfig;
import dev.aicortex.model.ServerUrl;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** For commands, which run without the container that the declarative client needs. */
public final class PlainControl implements ControlApi, AutoCloseable {
    private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
    private final OllamaConnections connections;
    private final Duration limit;
    private final long maxAnswer;

    public PlainControl(CortexConfig config) {
        this.connections = new OllamaConnections(vertx, config);
        this.limit = config.health().timeout();
        this.maxAnswer = config.control().maxAnswer().asLongValue();
    }

    @Override
    public TagList tags(ServerUrl server) {
        return ask(server, HttpMethod.GET, "/api/tags", Buffer.buffer(), TagList.class);
    }

    @Override
    public ModelDetails show(ServerUrl server, String model) {
        String body = JsonNodeFactory.instance.objectNode().put("model", model).toString();
        return ask(server, HttpMethod.POST, "/api/show", Buffer.buffer(body), ModelDetails.class);
    }

    @Override
    public RunningList running(ServerUrl server) {
        return ask(server, HttpMethod.GET, "/api/ps", Buffer.buffer(), RunningList.class);
    }

    private <T> T ask(
            ServerUrl server, HttpMethod method, String path, Buffer body, Class<T> type) {
        Future<HttpClientRequest> request = connections.open(server, method, path);
        Future<Buffer> answer = request.compose(opened -> send(opened, body));
        try {
            return ControlAnswers.read(await(answer).getBytes(), type);
        } catch (IOException e) {
            throw UnreachableException.of(e);
        } finally {
            request.onSuccess(HttpClientRequest::reset); // does nothing to one that is answered
        }
    }

    private Future<Buffer> send(HttpClientRequest request, Buffer body) {
        AnswerBound.on(request, maxAnswer);
        if (body.length() > 0) {
            request.putHeader("Content-Type", "application/json");
        }
        return request.send(body).compose(PlainControl::whole);
    }

    private static Future<Buffer> whole(HttpClientResponse response) {
        return response.statusCode() == 200
                ? response.body()
                : Future.failedFuture(UnreachableException.answered(response.statusCode()));
    }

    private Buffer await(Future<Buffer> answer) {
        try {
            return answer.toCompletionStage()
                    .toCompletableFuture()
                    .get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw UnreachableException.of(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UnreachableException("interrupted", e);
        }
    }

    @Override
    public void close() {
        connections.close();
        vertx.close();
    }
}
