package dev.aicortex.ollama;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.aicortex.config.CortexConfig;
import dev.aicortex.model.ServerUrl;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;

/**
 * The same calls over the connections that requests take: for commands, which run without the
 * container, and for servers whose address the declarative client cannot spell.
 */
final class PooledControl implements ControlCalls {
    private final OllamaConnections connections;
    private final CortexConfig config;

    PooledControl(OllamaConnections connections, CortexConfig config) {
        this.connections = connections;
        this.config = config;
    }

    @Override
    public Uni<TagList> tags(ServerUrl server) {
        return get(server, "/api/tags", TagList.class);
    }

    @Override
    public Uni<RunningList> running(ServerUrl server) {
        return get(server, "/api/ps", RunningList.class);
    }

    @Override
    public Uni<ModelDetails> show(ServerUrl server, String model) {
        String body = JsonNodeFactory.instance.objectNode().put("model", model).toString();
        return ask(server, HttpMethod.POST, "/api/show", body, ModelDetails.class);
    }

    @Override
    public Uni<OllamaApi.Version> version(ServerUrl server) {
        return get(server, "/api/version", OllamaApi.Version.class)
                .onFailure(failure -> !UnreachableException.tooLong(failure))
                .recoverWithItem(new OllamaApi.Version(null));
    }

    private <T> Uni<T> get(ServerUrl server, String path, Class<T> type) {
        return ask(server, HttpMethod.GET, path, "", type);
    }

    private <T> Uni<T> ask(
            ServerUrl server, HttpMethod method, String path, String body, Class<T> type) {
        return Uni.createFrom()
                .<T>emitter(emitter -> {
                    Future<HttpClientRequest> request = connections.open(server, method, path);
                    emitter.onTermination(() -> request.onSuccess(HttpClientRequest::reset));
                    request.compose(opened -> answer(opened, body))
                            .map(answer -> ControlAnswers.read(answer.getBytes(), type))
                            .onSuccess(emitter::complete)
                            .onFailure(emitter::fail);
                })
                .ifNoItem()
                .after(config.health().timeout())
                .fail()
                .onFailure()
                .transform(UnreachableException::of);
    }

    private Future<Buffer> answer(HttpClientRequest request, String body) {
        ControlAnswers.bound(request, config);
        if (!body.isEmpty()) {
            request.putHeader("Content-Type", "application/json");
        }
        return request.send(body)
                .compose(response -> {
                    int status = response.statusCode();
                    return status == 200
                            ? response.body()
                            : Future.failedFuture(
                                    new UnreachableException(FailureText.answered(status)));
                });
    }
}
