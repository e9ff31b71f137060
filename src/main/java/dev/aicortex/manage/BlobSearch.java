package dev.aicortex.manage;

import dev.aicortex.config.CortexConfig;
import dev.aicortex.fleet.Server;
import dev.aicortex.gateway.calls.Answers;
import dev.aicortex.gateway.calls.Broadcast;
import dev.aicortex.gateway.calls.ServerAnswer;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import jakarta.inject.Singleton;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Asks servers which blobs they have. */
@Singleton
class BlobSearch {
    private static final Buffer NOTHING = Buffer.buffer(0);

    private final Broadcast broadcast;
    private final CortexConfig config;

    BlobSearch(Broadcast broadcast, CortexConfig config) {
        this.broadcast = broadcast;
        this.config = config;
    }

    /** What each of the servers says of one blob. */
    Future<Answers> ask(String digest, Collection<Server> servers) {
        return broadcast.send(
                HttpMethod.HEAD,
                "/api/blobs/" + digest,
                NOTHING,
                servers,
                config.health().timeout());
    }

    /** Those of the servers that have all of these blobs, in their order. */
    Future<Set<Server>> having(Collection<String> digests, Collection<Server> servers) {
        List<Future<Answers>> asked = digests.stream().map(digest -> ask(digest, servers)).toList();
        return Future.join(asked)
                .map(_ -> {
                    Set<Server> having = new LinkedHashSet<>(servers);
                    asked.forEach(answers -> having.retainAll(good(answers.result())));
                    return having;
                });
    }

    private static Set<Server> good(Answers answers) {
        return answers.all().stream()
                .filter(ServerAnswer::good)
                .map(ServerAnswer::server)
                .collect(Collectors.toSet());
    }
}
