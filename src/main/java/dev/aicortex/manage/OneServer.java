package dev.aicortex.manage;

import dev.aicortex.config.CortexConfig;
import dev.aicortex.fleet.Reply;
import dev.aicortex.fleet.Server;
import dev.aicortex.model.ServerException;
import dev.aicortex.ollama.OllamaConnections;
import dev.aicortex.relay.Ending;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;

/** Has one server make a change, and gives the client its answer as it is. */
@Singleton
class OneServer {
    private final OllamaConnections connections;
    private final CortexConfig config;
    private final FleetView fleet;

    OneServer(OllamaConnections connections, CortexConfig config, FleetView fleet) {
        this.connections = connections;
        this.config = config;
        this.fleet = fleet;
    }

    /** Sends the client's body on; what the server then holds is known before the answer ends. */
    Future<Void> change(String path, ManageRequest request, Server server, Client client) {
        Answer answer = new Answer(server, client);
        Progress progress = new Progress(connections, server, path, request.body(), answer);
        client.servedBy(server);
        client.whenGone(progress::cancel);
        progress.start(patience(request));
        return answer.told.future();
    }

    /** Without progress the first word is the last. */
    private Duration patience(ManageRequest request) {
        return request.stream() ? config.manageTimeout() : Progress.LONGEST_WORK;
    }

    /** What the server says, on its way to the client. */
    private final class Answer implements Progress.Listener {
        private final Server server;
        private final Client client;
        private final Promise<Void> told = Promise.promise();

        Answer(Server server, Client client) {
            this.server = server;
            this.client = client;
        }

        @Override
        public void write(Buffer lines) {
            client.write(lines);
        }

        @Override
        public boolean full() {
            return client.full();
        }

        @Override
        public void whenDrained(Runnable next) {
            client.whenDrained(next);
        }

        @Override
        public Future<Void> end(Buffer last) {
            client.write(last);
            return Future.succeededFuture();
        }

        @Override
        public void replied(Reply reply) {
            Future<Void> renewed =
                    reply.status() / 100 == 2
                            ? fleet.renew(List.of(server))
                            : Future.succeededFuture();
            renewed.compose(_ -> client.answer(reply)).onComplete(told);
        }

        @Override
        public void ended(Ending how) {
            switch (how) {
                case Ending.Failed failed -> error(failed.words());
                case Ending.Truncated broken when broken.words().isPresent() ->
                        error(broken.words().get());
                case Ending.Truncated broken when !broken.clean() && !client.begun() -> {
                    unanswered(broken.reason());
                    return;
                }
                case Ending.Truncated broken when !broken.clean() ->
                        error("the server broke off: " + broken.reason());
                case Ending.Truncated _,
                        Ending.Complete _,
                        Ending.Interrupted _,
                        Ending.ClientGone _ -> {}
            }
            fleet.renew(List.of(server)).compose(_ -> client.end()).onComplete(told);
        }

        private void error(String words) {
            client.line(new JsonObject().put("error", words));
        }

        private void unanswered(String reason) {
            fleet.recheck(server);
            told.fail(
                    ServerException.exhausted(
                            "server %s did not answer: %s".formatted(server, reason)));
        }
    }
}
