package dev.aicortex.gateway.rewrite;

import dev.aicortex.fleet.ServerState;
import dev.aicortex.gateway.request.Splice;
import dev.aicortex.model.ModelName;
import dev.aicortex.model.ServerException;
import dev.aicortex.relay.Rewriting;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;

/**
 * A stream that another server goes on with when the one which answers breaks off: its client sees
 * one answer. Confined to the event loop of its request.
 */
public final class Resumption {
    /** The trailer that says how often another server went on. */
    public static final String RESUMED = "X-Cortex-Resumed";

    private final Sent sent = new Sent();
    private final PlainChat chat;
    private List<Splice> splices = List.of();
    private String reason = "";
    private Optional<String> content = Optional.empty();

    Resumption(PlainChat chat) {
        this.chat = chat;
    }

    /** For one server's part of the answer. */
    Rewriting part() {
        return new SentLines(sent);
    }

    /** What changes in the request for the rest of the answer; none while there is no rest. */
    List<Splice> splices() {
        return splices;
    }

    /** Whether another server could go on with what the client has. */
    public boolean open() {
        return sent.plain();
    }

    /**
     * Whether the client has a part of the answer that is text, which a model has to go on with.
     */
    boolean hasText() {
        return !sent.text().isEmpty();
    }

    /** Whether a server broke off and no other one goes on as yet. */
    public boolean brokenOff() {
        return !reason.isEmpty();
    }

    /** A server is asked that has this content under the model's name, as far as is known. */
    public void asking(Optional<String> digest) {
        content = digest;
    }

    /** The digest of what answers; empty when it is not known. */
    Optional<String> content() {
        return content;
    }

    /** Those that have the same content. */
    public List<ServerState> holders(List<ServerState> holders, ModelName model) {
        return holders.stream()
                .filter(holder -> content.equals(Continuations.content(holder, model)))
                .toList();
    }

    /** The server broke off, for this reason. */
    public void broke(String why) {
        reason = why;
    }

    /** Makes ready what the next server is asked; fails when nothing more may be said. */
    public Future<Void> prepare() {
        Optional<List<Splice>> rest = chat.rest(sent.text(), sent.tokens());
        if (rest.isEmpty()) {
            return Future.failedFuture(
                    ServerException.exhausted("it has all the tokens that it may have"));
        }
        splices = rest.get();
        sent.resumed();
        return Future.succeededFuture();
    }

    /** A server goes on. */
    public void goesOn() {
        reason = "";
    }

    /** How often another server went on, or was to. */
    public int times() {
        return sent.times();
    }

    /** What a client is told when nobody goes on. */
    public String interrupted(String why) {
        return "%s; no other server went on with it: %s".formatted(reason, why);
    }
}
