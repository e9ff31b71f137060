package dev.aicortex.gateway.manage;

import dev.aicortex.fleet.Server;
import dev.aicortex.model.CortexException;
import dev.aicortex.model.ServerException;
import dev.aicortex.model.ValidationException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** One pull on several servers, whose progress the client sees as that of one. */
final class Pull {
    private final Client client;
    private final boolean streamed;
    private final Duration firstByte;
    private final PullMerge merge;
    private final List<PullPart> parts = new ArrayList<>();
    private final Promise<Void> over = Promise.promise();

    /** Makes one server's part, whose lines the listener gets. */
    interface PartOf {
        PullPart of(Server server, PullPart.Listener listener);
    }

    /**
     * @param streamed whether the client wants progress, and not the last line alone
     * @param firstByte how long a server may take to begin, or be silent while it loads a layer
     */
    Pull(
            Client client,
            boolean streamed,
            Duration firstByte,
            List<Server> servers,
            PartOf factory) {
        this.client = client;
        this.streamed = streamed;
        this.firstByte = firstByte;
        this.merge = new PullMerge(servers.size());
        for (int i = 0; i < servers.size(); i++) {
            parts.add(factory.of(servers.get(i), listener(i)));
        }
    }

    private PullPart.Listener listener(int server) {
        return new PullPart.Listener() {
            @Override
            public Duration read(List<Buffer> lines) {
                tell(merge.read(server, lines));
                return merge.atWork(server) ? Silence.LONGEST_WORK : firstByte;
            }

            @Override
            public void ended(String reason) {
                tell(merge.ended(server, reason));
                if (merge.over()) {
                    over.tryComplete();
                }
            }
        };
    }

    /** Done when all servers are through, or the client has left; never fails. */
    Future<Void> run() {
        client.whenGone(this::stop);
        parts.forEach(part -> part.start(firstByte));
        return over.future();
    }

    private void stop() {
        parts.forEach(PullPart::cancel);
        over.tryComplete();
    }

    /** A client that is slow misses figures, which the next ones make up for, and no status. */
    private void tell(List<JsonObject> news) {
        if (!streamed || client.gone()) {
            return;
        }
        boolean full = client.full();
        Buffer lines = Buffer.buffer();
        for (JsonObject line : news) {
            if (!full || !line.containsKey("digest")) {
                lines.appendBuffer(line.toBuffer()).appendString("\n");
            }
        }
        client.write(lines);
    }

    /** The last line, or an error's status where nothing was written before. */
    Future<Void> finish() {
        if (client.gone()) {
            return Future.succeededFuture();
        }
        if (!merge.failures().isEmpty()) {
            CortexException failure = failure();
            if (!client.begun()) {
                return Future.failedFuture(failure);
            }
            client.line(new JsonObject().put("error", failure.text()));
            return client.end();
        }
        return streamed ? succeed() : client.json(PullMerge.success());
    }

    private Future<Void> succeed() {
        client.line(PullMerge.success());
        return client.end();
    }

    /** Which servers failed, each with its reason, and which did not. */
    private CortexException failure() {
        String failed =
                merge.failures().entrySet().stream()
                        .map(entry -> parts.get(entry.getKey()).server() + ": " + entry.getValue())
                        .collect(Collectors.joining("; "));
        String text = failed + succeeded();
        boolean refused = parts.stream().allMatch(part -> part.status() / 100 == 4);
        return refused ? new ValidationException(text) : ServerException.exhausted(text);
    }

    private String succeeded() {
        String well =
                parts.stream()
                        .filter(part -> !merge.failures().containsKey(parts.indexOf(part)))
                        .map(part -> part.server().toString())
                        .collect(Collectors.joining(", "));
        return well.isEmpty() ? "" : "; pulled on " + well;
    }
}
