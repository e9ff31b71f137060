package dev.aicortex.manage;

import dev.aicortex.config.CortexConfig;
import dev.aicortex.fleet.FleetSnapshot;
import dev.aicortex.fleet.Reply;
import dev.aicortex.fleet.Server;
import dev.aicortex.gateway.calls.Answers;
import dev.aicortex.model.ModelName;
import dev.aicortex.model.ServerException;
import dev.aicortex.model.ValidationException;
import dev.aicortex.ollama.FailureText;
import dev.aicortex.ollama.OllamaConnections;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.SortedSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Where blobs go, and where the models are created that are made of them. */
@Singleton
class Blobs {
    private static final Pattern DIGEST = Pattern.compile("sha256[:-][0-9a-fA-F]{64}");
    private static final String PATH = "/api/blobs/";

    /** Shorter than any time without use after which a machine is put to sleep. */
    private static final long USED_MILLIS = 500;

    private final BlobPlaces places = new BlobPlaces(Clock.systemUTC());
    private final OllamaConnections connections;
    private final CortexConfig config;
    private final FleetView fleet;

    Blobs(OllamaConnections connections, CortexConfig config, FleetView fleet) {
        this.connections = connections;
        this.config = config;
        this.fleet = fleet;
    }

    /**
     * The digest of a blob in one spelling, {@code sha256:} and 64 hexadecimal digits.
     *
     * @throws ValidationException when it is none
     */
    static String digest(String text) {
        if (!DIGEST.matcher(text).matches()) {
            throw ValidationException.of(
                    "digest", text, "is no digest", "write sha256: and 64 hexadecimal digits");
        }
        return text.replace('-', ':').toLowerCase(Locale.ROOT);
    }

    /** {@code HEAD} and {@code POST /api/blobs/{digest}}, on the server of the last blob. */
    Future<Void> run(Client client, String spelling) {
        String digest = digest(spelling);
        List<String> names = ManageRequest.servers(client.request());
        return fleet.namedOr(names, this::forBlob)
                .compose(server -> {
                    client.servedBy(server);
                    return answer(client, server, digest);
                })
                .compose(client::answer);
    }

    private Future<Server> forBlob(FleetSnapshot snapshot) {
        return Future.succeededFuture(
                places.last(snapshot).orElseGet(() -> FleetView.roomiest(snapshot)));
    }

    private Future<Reply> answer(Client client, Server server, String digest) {
        Future<Reply> reply =
                client.request().method().equals(HttpMethod.HEAD)
                        ? ask(digest, List.of(server)).map(Blobs::only)
                        : upload(client, server, digest);
        return reply.onSuccess(answer -> {
            if (answer.status() / 100 == 2) {
                places.took(server, digest);
            } else {
                places.lacks(server, digest);
            }
        });
    }

    private static Reply only(Answers answers) {
        return answers.best().orElseThrow(() -> ServerException.exhausted(answers.problems()));
    }

    private Future<Reply> upload(Client client, Server server, String digest) {
        BlobUpload upload =
                new BlobUpload(
                        connections,
                        server.url(),
                        PATH + digest,
                        client.request(),
                        config.manageTimeout());
        return awake(server, upload.reply())
                .recover(failure -> {
                    fleet.recheck(server);
                    return Future.failedFuture(
                            ServerException.exhausted(
                                    "server %s did not take the blob: %s"
                                            .formatted(server, FailureText.of(failure))));
                });
    }

    /** A server to which a blob goes is needed, and is not put to sleep. */
    private Future<Reply> awake(Server server, Future<Reply> reply) {
        Vertx vertx = connections.vertx();
        server.rest().used(server.nowMillis());
        long timer = vertx.setPeriodic(USED_MILLIS, _ -> server.rest().used(server.nowMillis()));
        return reply.onComplete(_ -> vertx.cancelTimer(timer));
    }

    /** What each of the servers says of one blob. */
    private Future<Answers> ask(String digest, Collection<Server> servers) {
        return Answers.ask(
                connections,
                HttpMethod.HEAD,
                PATH + digest,
                Buffer.buffer(0),
                servers,
                config.health().timeout());
    }

    /**
     * The server on which a model is to be created: the one that the client names, else one that
     * has all its files, else one that holds the model that it is made from, else the one with most
     * room, which may fetch that model by itself.
     */
    Future<Server> forCreate(ManageRequest request) {
        SortedSet<String> files = request.digests();
        return fleet.namedOr(
                request.servers(),
                snapshot ->
                        files.isEmpty()
                                ? Future.succeededFuture(withBase(request, snapshot))
                                : having(files, snapshot)
                                        .map(those -> best(those, request, snapshot)));
    }

    private static Server withBase(ManageRequest request, FleetSnapshot snapshot) {
        return holders(request, snapshot).findFirst().orElseGet(() -> FleetView.roomiest(snapshot));
    }

    /** The servers that are up and hold the model that another one is made from. */
    private static Stream<Server> holders(ManageRequest request, FleetSnapshot snapshot) {
        return request.text("from").stream()
                .map(from -> snapshot.holders(ModelName.of(from)))
                .flatMap(holders -> FleetView.up(holders).stream());
    }

    /** The servers that are up and have all these files. */
    private Future<Set<Server>> having(SortedSet<String> files, FleetSnapshot snapshot) {
        Set<Server> remembered = places.having(files, snapshot);
        if (!remembered.isEmpty()) {
            return Future.succeededFuture(remembered);
        }
        Set<Server> having = new LinkedHashSet<>(FleetView.up(snapshot.states()));
        List<Future<Answers>> asked = files.stream().map(file -> ask(file, having)).toList();
        return Future.join(asked)
                .map(_ -> {
                    asked.forEach(answers -> having.retainAll(answers.result().good()));
                    if (having.isEmpty()) {
                        throw new ValidationException(
                                "no server that is up has all of these blobs: %s; send each to POST /api/blobs/DIGEST first, all to one server"
                                        .formatted(String.join(", ", files)));
                    }
                    return having;
                });
    }

    /** Of those with the files, one that holds the base model too. */
    private static Server best(Set<Server> having, ManageRequest request, FleetSnapshot snapshot) {
        return holders(request, snapshot)
                .filter(having::contains)
                .findFirst()
                .orElseGet(() -> having.iterator().next());
    }
}
