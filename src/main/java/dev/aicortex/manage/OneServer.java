package dev.aicortex.manage;

import dev.aicortex.fleet.Reply;
import dev.aicortex.fleet.Server;
import dev.aicortex.model.ServerException;
import dev.aicortex.ollama.OllamaConnections;
import dev.aicortex.relay.Ending;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;

/**
 * A change that one server makes and whose answer the client gets as it is. What the server holds
 * then is known before the answer ends.
 */
final class OneServer extends Progress {
    private final FleetView fleet;
    private final Server server;
    private final Client client;
    private final Promise<Void> told = Promise.promise();

    OneServer(
            OllamaConnections connections,
            FleetView fleet,
            Server server,
            String path,
            Buffer body,
            Client client) {
        super(connections, server, path, body);
        this.fleet = fleet;
        this.server = server;
        this.client = client;
    }

    /** Done when the client has its answer; fails while that has not begun. */
    Future<Void> run(Duration patience) {
        client.servedBy(server);
        client.whenGone(this::cancel);
        start(patience);
        return told.future();
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
    void replied(Reply reply) {
        Future<Void> renewed =
                reply.status() / 100 == 2 ? fleet.renew(List.of(server)) : Future.succeededFuture();
        renewed.compose(_ -> client.answer(reply)).onComplete(told);
    }

    @Override
    void over(Ending how) {
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
