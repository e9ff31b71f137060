package dev.aicortex.ollama;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.aicortex.config.CortexConfig;
import dev.aicortex.model.ServerUrl;
import io.smallrye.mutiny.TimeoutException;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import java.time.Duration;

/**
 * The same calls over the connections that requests take: for commands, which run without the
 * container, and for servers whose address the declarative client cannot spell.
 */
final class PooledControl implements ControlCalls {
    private final OllamaConnections connections;
    private final Duration limit;
    private final long maxAnswer;

    PooledControl(OllamaConnections connections, CortexConfig config) {
        this.connections = connections;
        this.limit = config.health().timeout();
        this.maxAnswer = config.control().maxAnswer().asLongValue();
    }

    @Override
    public Uni<TagList> tags(ServerUrl server) {
        return ask(server, HttpMethod.GET, "/api/tags", Buffer.buffer(), TagList.class);
    }

    @Override
    public Uni<RunningList> running(ServerUrl server) {
        return ask(server, HttpMethod.GET, "/api/ps", Buffer.buffer(), RunningList.class);
    }

    @Override
    public Uni<ModelDetails> show(ServerUrl server, String model) {
        String body = JsonNodeFactory.instance.objectNode().put("model", model).toString();
        return ask(server, HttpMethod.POST, "/api/show", Buffer.buffer(body), ModelDetails.class);
    }

    @Override
    public Uni<OllamaApi.Version> version(ServerUrl server) {
        return ask(server, HttpMethod.GET, "/api/version", Buffer.buffer(), OllamaApi.Version.class)
                .onFailure(failure -> !UnreachableException.tooLong(failure))
                .recoverWithItem(new OllamaApi.Version(null));
    }

    private <T> Uni<T> ask(
            ServerUrl server, HttpMethod method, String path, Buffer body, Class<T> type) {
        return Uni.createFrom()
                .<T>emitter(emitter -> {
                    Future<HttpClientRequest> request = connections.open(server, method, path);
                    emitter.onTermination(() -> request.onSuccess(HttpClientRequest::reset));
                    request.compose(opened -> whole(opened, body))
                            .map(answer -> ControlAnswers.checked(answer.getBytes(), type))
                            .onSuccess(emitter::complete)
                            .onFailure(emitter::fail);
                })
                .ifNoItem()
                .after(limit)
                .failWith(TimeoutException::new)
                .onFailure()
                .transform(UnreachableException::of);
    }

    private Future<Buffer> whole(HttpClientRequest request, Buffer body) {
        ControlClient.bound(request, maxAnswer);
        if (body.length() > 0) {
            request.putHeader("Content-Type", "application/json");
        }
        return request.send(body).compose(PooledControl::whole);
    }

    private static Future<Buffer> whole(HttpClientResponse response) {
        int status = response.statusCode();
        return status == 200
                ? response.body()
                : Future.failedFuture(new UnreachableException(FailureText.answered(status), null));
    }
}
