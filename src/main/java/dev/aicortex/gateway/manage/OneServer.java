package dev.aicortex.gateway.manage;

import dev.aicortex.config.CortexConfig;
import dev.aicortex.fleet.Reply;
import dev.aicortex.fleet.Server;
import dev.aicortex.gateway.ReplyReader;
import dev.aicortex.gateway.ServerCall;
import dev.aicortex.model.ServerException;
import dev.aicortex.ollama.FailureText;
import dev.aicortex.ollama.OllamaConnections;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;

/** Has one server make a change, and gives the client its answer as it is. */
@Singleton
class OneServer {
    private final Vertx vertx;
    private final OllamaConnections connections;
    private final CortexConfig config;
    private final FleetView fleet;

    OneServer(Vertx vertx, OllamaConnections connections, CortexConfig config, FleetView fleet) {
        this.vertx = vertx;
        this.connections = connections;
        this.config = config;
        this.fleet = fleet;
    }

    /** Sends the client's body on; what the server then holds is known before the answer ends. */
    Future<Void> change(String path, ManageRequest request, Server server, Client client) {
        ServerCall call =
                new ServerCall(
                        vertx, connections, server.url(), HttpMethod.POST, path, request.body());
        Future<HttpClientResponse> head = call.head(patience(request));
        client.servedBy(server);
        client.whenGone(call::cancel);
        return head.recover(failure -> unanswered(server, failure))
                .compose(from ->
                        streams(from)
                                ? pass(call, from, server, client)
                                : reply(from, server, client));
    }

    /** Without progress the first word is the last. */
    private Duration patience(ManageRequest request) {
        return request.stream() ? config.manageTimeout() : Silence.LONGEST_WORK;
    }

    private static boolean streams(HttpClientResponse from) {
        String type = from.getHeader("content-type");
        return from.statusCode() == 200 && type != null && type.startsWith("application/x-ndjson");
    }

    private Future<Void> pass(
            ServerCall call, HttpClientResponse from, Server server, Client client) {
        return new Passage(vertx, call, from, client)
                .run()
                .compose(_ -> fleet.renew(List.of(server)))
                .compose(_ -> client.end());
    }

    private Future<Void> reply(HttpClientResponse from, Server server, Client client) {
        return ReplyReader.read(from)
                .recover(failure -> unanswered(server, failure))
                .compose(reply -> renewed(reply, server))
                .compose(client::answer);
    }

    private Future<Reply> renewed(Reply reply, Server server) {
        return reply.status() / 100 == 2
                ? fleet.renew(List.of(server)).map(_ -> reply)
                : Future.succeededFuture(reply);
    }

    private <T> Future<T> unanswered(Server server, Throwable failure) {
        fleet.recheck(server);
        return Future.failedFuture(
                ServerException.exhausted(
                        "server %s did not answer: %s".formatted(server, FailureText.of(failure))));
    }
}
