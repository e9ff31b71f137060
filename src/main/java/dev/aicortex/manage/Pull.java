package dev.aicortex.manage;

import dev.aicortex.fleet.Reply;
import dev.aicortex.fleet.Server;
import dev.aicortex.gateway.calls.Lines;
import dev.aicortex.gateway.calls.ReplyReader;
import dev.aicortex.model.CortexException;
import dev.aicortex.model.ServerException;
import dev.aicortex.model.ValidationException;
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
    private static final int LONGEST_LINE = 1 << 20;

    private final Client client;
    private final boolean streamed;
    private final Duration firstByte;
    private final PullMerge merge;
    private final List<Part> parts = new ArrayList<>();
    private final Promise<Void> over = Promise.promise();

    /** Makes one server's progress, whose lines the listener gets. */
    interface Start {
        Progress of(Server server, Progress.Listener listener);
    }

    /**
     * @param streamed whether the client wants progress, and not the last line alone
     * @param firstByte how long a server may take to begin, or be silent while it loads a layer
     */
    Pull(Client client, boolean streamed, Duration firstByte, List<Server> servers, Start start) {
        this.client = client;
        this.streamed = streamed;
        this.firstByte = firstByte;
        this.merge = new PullMerge(servers.size());
        for (int i = 0; i < servers.size(); i++) {
            parts.add(new Part(i, servers.get(i), start));
        }
    }

    /** One server's part. */
    private final class Part implements Progress.Listener {
        private final int index;
        private final Server server;
        private final Progress progress;
        private final Lines lines = new Lines();
        private int status = 200;

        Part(int index, Server server, Start start) {
            this.index = index;
            this.server = server;
            this.progress = start.of(server, this);
        }

        @Override
        public void write(Buffer some) {
            tell(merge.read(index, lines.accept(some)));
            progress.mayBeSilent(merge.atWork(index) ? Progress.LONGEST_WORK : firstByte);
        }

        @Override
        public boolean alwaysLines() {
            return true;
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
        public void replied(Reply reply) {
            status = reply.status();
            over(ReplyReader.problem(reply));
        }

        @Override
        public void ended(Ending how) {
            over(
                    switch (how) {
                        case Ending.Failed failed -> failed.words();
                        case Ending.Truncated broken -> broken.words().orElse(broken.reason());
                        case Ending.Complete _, Ending.Interrupted _, Ending.ClientGone _ ->
                                "its answer ended too early";
                    });
        }

        private void over(String reason) {
            tell(merge.ended(index, reason));
            if (merge.over()) {
                over.tryComplete();
            }
        }
    }

    /** Done when all servers are through, or the client has left; never fails. */
    Future<Void> run() {
        client.whenGone(this::stop);
        parts.forEach(part -> part.progress.start(firstByte));
        return over.future();
    }

    private void stop() {
        parts.forEach(part -> part.progress.cancel());
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
                        .map(entry -> parts.get(entry.getKey()).server + ": " + entry.getValue())
                        .collect(Collectors.joining("; "));
        String text = failed + succeeded();
        boolean refused = parts.stream().allMatch(part -> part.status / 100 == 4);
        return refused ? new ValidationException(text) : ServerException.exhausted(text);
    }

    private String succeeded() {
        String well =
                parts.stream()
                        .filter(part -> !merge.failures().containsKey(part.index))
                        .map(part -> part.server.toString())
                        .collect(Collectors.joining(", "));
        return well.isEmpty() ? "" : "; pulled on " + well;
    }
}
