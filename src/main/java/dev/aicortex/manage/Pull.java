package dev.aicortex.manage;

import dev.aicortex.fleet.Reply;
import dev.aicortex.fleet.Server;
import dev.aicortex.gateway.calls.Lines;
import dev.aicortex.gateway.calls.ReplyReader;
import dev.aicortex.model.CortexException;
import dev.aicortex.model.ServerException;
import dev.aicortex.model.ValidationException;
import dev.aicortex.ollama.OllamaConnections;
import dev.aicortex.relay.Ending;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** One pull on several servers, whose progress the client sees as that of one. */
final class Pull {
    static final int LONGEST_LINE = 1 << 20;

    private final OllamaConnections connections;
    private final Duration patience;
    private final Client client;
    private final boolean streamed;
    private final PullMerge merge;
    private final List<Part> parts = new ArrayList<>();
    private final Promise<Void> over = Promise.promise();

    /**
     * @param patience how long a server may take to begin, or be silent while it loads a layer
     */
    Pull(
            OllamaConnections connections,
            Duration patience,
            List<Server> servers,
            ManageRequest request,
            Client client) {
        this.connections = connections;
        this.patience = patience;
        this.client = client;
        this.streamed = request.stream();
        this.merge = new PullMerge(servers.size());
        Buffer body = request.streaming();
        servers.forEach(server -> parts.add(new Part(parts.size(), server, body)));
    }

    /** One server's part. */
    private final class Part extends Progress {
        private final int index;
        private final Server server;
        private final Lines lines = new Lines();
        private int status = 200;

        Part(int index, Server server, Buffer body) {
            super(connections, server, "/api/pull", body);
            this.index = index;
            this.server = server;
        }

        @Override
        boolean alwaysLines() {
            return true;
        }

        @Override
        public void write(Buffer some) {
            tell(merge.read(index, lines.accept(some)));
            mayBeSilent(merge.atWork(index) ? LONGEST_WORK : patience);
        }

        @Override
        public @Nullable String objection() {
            return lines.heldLength() > LONGEST_LINE ? "a line of its answer has no end" : null;
        }

        @Override
        public Future<Void> end(Buffer last) {
            write(last);
            tell(merge.read(index, lines.rest()));
            return Future.succeededFuture();
        }

        @Override
        void replied(Reply reply) {
            status = reply.status();
            over(ReplyReader.problem(reply));
        }

        @Override
        void over(Ending how) {
            over(reason(how));
        }

        private void over(String reason) {
            tell(merge.ended(index, reason));
            if (merge.over()) {
                over.tryComplete();
            }
        }
    }

    /** What keeps a server from its end that says nothing more. */
    static String reason(Ending how) {
        return switch (how) {
            case Ending.Failed failed -> failed.words();
            case Ending.Truncated broken -> broken.words().orElse(broken.reason());
            case Ending.Complete _, Ending.Interrupted _, Ending.ClientGone _ ->
                    "its answer ended too early";
        };
    }

    /** Done when all servers are through, or the client has left; never fails. */
    Future<Void> run() {
        client.whenGone(() -> {
            parts.forEach(Progress::cancel);
            over.tryComplete();
        });
        parts.forEach(part -> part.start(patience));
        return over.future();
    }

    /** A client that is slow misses figures, which the next ones make up for, and no status. */
    private void tell(List<JsonObject> news) {
        if (!streamed || client.gone()) {
            return;
        }
        boolean full = client.full();
        Buffer lines = Buffer.buffer();
        news.stream()
                .filter(line -> !full || !line.containsKey("digest"))
                .forEach(line -> lines.appendBuffer(line.toBuffer()).appendString("\n"));
        client.write(lines);
    }

    /** The last line, or an error's status where nothing was written before. */
    Future<Void> finish() {
        if (client.gone()) {
            return Future.succeededFuture();
        }
        JsonObject last = new JsonObject().put("status", PullMerge.SUCCESS);
        if (!merge.failures().isEmpty()) {
            CortexException failure = failure();
            if (!client.begun()) {
                return Future.failedFuture(failure);
            }
            last = new JsonObject().put("error", failure.text());
        } else if (!streamed) {
            return client.answer(
                    new Reply(200, "application/json; charset=utf-8", last.toBuffer()));
        }
        client.line(last);
        return client.end();
    }

    /** Which servers failed, each with its reason, and which did not. */
    private CortexException failure() {
        String failed =
                merge.failures().entrySet().stream()
                        .map(entry -> parts.get(entry.getKey()).server + ": " + entry.getValue())
                        .collect(Collectors.joining("; "));
        String pulled =
                parts.stream()
                        .filter(part -> !merge.failures().containsKey(part.index))
                        .map(part -> part.server.toString())
                        .collect(Collectors.joining(", "));
        String text = pulled.isEmpty() ? failed : failed + "; pulled on " + pulled;
        boolean refused = parts.stream().allMatch(part -> part.status / 100 == 4);
        return refused ? new ValidationException(text) : ServerException.exhausted(text);
    }
}
