package dev.aicortex.gateway.calls;

import dev.aicortex.fleet.Reply;
import dev.aicortex.fleet.Server;
import dev.aicortex.ollama.FailureText;
import dev.aicortex.ollama.OllamaConnections;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Collection;
import java.util.List;

/** Sends one request to several servers at once; for requests that may be sent twice. */
@Singleton
public class Broadcast {
    private final OllamaConnections connections;

    Broadcast(OllamaConnections connections) {
        this.connections = connections;
    }

    /**
     * Sends it to all of them.
     *
     * @param body JSON, or empty
     * @param patience for each server, from now until the end of its answer
     * @return one answer a server, on the caller's event loop; never fails
     */
    public Future<Answers> send(
            HttpMethod method,
            String path,
            Buffer body,
            Collection<Server> servers,
            Duration patience) {
        List<Future<ServerAnswer>> all =
                servers.stream().map(server -> ask(method, path, body, server, patience)).toList();
        return Future.join(all).map(_ -> new Answers(all.stream().map(Future::result).toList()));
    }

    private Future<ServerAnswer> ask(
            HttpMethod method, String path, Buffer body, Server server, Duration patience) {
        Future<Reply> reply =
                new ServerCall(connections, server.url(), method, path, body).reply(patience);
        return reply.<ServerAnswer>map(answer -> new ServerAnswer.Replied(server, answer))
                .otherwise(failure -> new ServerAnswer.Silent(server, FailureText.of(failure)));
    }
}
