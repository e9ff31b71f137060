package dev.aicortex.manage;

import dev.aicortex.config.CortexConfig;
import dev.aicortex.fleet.FleetSnapshot;
import dev.aicortex.fleet.NamedServers;
import dev.aicortex.fleet.Reply;
import dev.aicortex.fleet.Server;
import dev.aicortex.fleet.ServerState;
import dev.aicortex.gateway.calls.Answers;
import dev.aicortex.model.ModelName;
import dev.aicortex.model.ServerException;
import dev.aicortex.model.ValidationException;
import dev.aicortex.ollama.FailureText;
import dev.aicortex.ollama.OllamaConnections;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Where blobs go, and where the models are created that are made of them. */
@Singleton
class Blobs {
    private final BlobPlaces places = new BlobPlaces(Clock.systemUTC());
    private final OllamaConnections connections;
    private final CortexConfig config;
    private final FleetView fleet;
    private final BlobSearch search;

    Blobs(OllamaConnections connections, CortexConfig config, FleetView fleet, BlobSearch search) {
        this.connections = connections;
        this.config = config;
        this.fleet = fleet;
        this.search = search;
    }

    /** {@code HEAD} and {@code POST /api/blobs/{digest}}, on the server of the last blob. */
    Future<Void> run(Client client, String digest) {
        String name = Digests.checked(digest);
        List<String> names = ManageRequest.withoutBody(client.request()).servers();
        return fleet.known()
                .map(snapshot -> place(names, snapshot))
                .compose(server -> {
                    client.servedBy(server);
                    return answer(client, server, name);
                })
                .compose(client::answer);
    }

    private Server place(List<String> names, FleetSnapshot snapshot) {
        return NamedServers.one(names, snapshot)
                .map(ServerState::server)
                .or(() -> places.last(snapshot))
                .orElseGet(() -> FleetView.roomiest(snapshot));
    }

    private Future<Reply> answer(Client client, Server server, String digest) {
        Future<Reply> reply =
                client.request().method().equals(HttpMethod.HEAD)
                        ? search.ask(digest, List.of(server)).map(Blobs::only)
                        : upload(client, server, digest);
        return reply.onSuccess(answer -> remember(server, digest, answer.status()));
    }

    private static Reply only(Answers answers) {
        return answers.best().orElseThrow(() -> ServerException.exhausted(answers.problems()));
    }

    private Future<Reply> upload(Client client, Server server, String digest) {
        return new BlobUpload(client.request(), config.manageTimeout())
                .to(connections, server.url(), "/api/blobs/" + digest)
                .recover(failure -> broken(server, failure));
    }

    private Future<Reply> broken(Server server, Throwable failure) {
        fleet.recheck(server);
        return Future.failedFuture(
                ServerException.exhausted(
                        "server %s did not take the blob: %s"
                                .formatted(server, FailureText.of(failure))));
    }

    private void remember(Server server, String digest, int status) {
        if (status / 100 == 2) {
            places.took(server, digest);
        } else {
            places.lacks(server, digest);
        }
    }

    /**
     * The server on which a model is to be created: the one that the client names, else one that
     * has all its files, else one that holds the model that it is made from, else the one with most
     * room, which may fetch that model by itself.
     */
    Future<Server> forCreate(ManageRequest request) {
        TreeSet<String> files = request.digests("files");
        files.addAll(request.digests("adapters"));
        return fleet.known()
                .compose(snapshot -> {
                    Optional<ServerState> named = NamedServers.one(request.servers(), snapshot);
                    if (named.isPresent()) {
                        return Future.succeededFuture(named.get().server());
                    }
                    return files.isEmpty()
                            ? Future.succeededFuture(holder(request, snapshot))
                            : withFiles(files, request, snapshot);
                });
    }

    private static Server holder(ManageRequest request, FleetSnapshot snapshot) {
        return holders(request, snapshot).findFirst().orElseGet(() -> FleetView.roomiest(snapshot));
    }

    private static Stream<Server> holders(ManageRequest request, FleetSnapshot snapshot) {
        return request.text("from").stream()
                .flatMap(from -> snapshot.holders(ModelName.of(from)).stream())
                .filter(ServerState::up)
                .map(ServerState::server);
    }

    private Future<Server> withFiles(
            Set<String> files, ManageRequest request, FleetSnapshot snapshot) {
        Set<Server> remembered = places.having(files, snapshot);
        if (!remembered.isEmpty()) {
            return Future.succeededFuture(best(remembered, request, snapshot));
        }
        return search.having(files, BlobPlaces.up(snapshot))
                .map(having -> {
                    if (having.isEmpty()) {
                        throw missing(files);
                    }
                    return best(having, request, snapshot);
                });
    }

    /** Of those with the files, one that holds the base model too. */
    private static Server best(
            Collection<Server> having, ManageRequest request, FleetSnapshot snapshot) {
        return holders(request, snapshot)
                .filter(having::contains)
                .findFirst()
                .orElseGet(() -> having.iterator().next());
    }

    private static ValidationException missing(Set<String> files) {
        return new ValidationException(
                "no server that is up has all of these blobs: %s; send each to POST /api/blobs/DIGEST first, all to one server"
                        .formatted(String.join(", ", files)));
    }
}
