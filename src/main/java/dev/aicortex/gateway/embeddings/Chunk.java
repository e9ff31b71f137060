package dev.aicortex.gateway.embeddings;

import dev.aicortex.dialect.Endpoint;
import dev.aicortex.dialect.Usage;
import dev.aicortex.fleet.Reply;
import dev.aicortex.fleet.Server;
import dev.aicortex.gateway.dispatch.Client;
import dev.aicortex.gateway.metrics.Account;
import dev.aicortex.model.CortexException;
import dev.aicortex.relay.AnswerPump;
import dev.aicortex.relay.Ending;
import dev.aicortex.usage.UsageRecord;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import org.jspecify.annotations.Nullable;

/**
 * A part of a list of texts as the client of a request of its own: it gathers the answer. Nobody
 * has seen anything of that before it is whole, so another server may begin anew.
 */
final class Chunk implements Client {
    private static final Future<Void> TOLD = Future.succeededFuture();

    private final EmbeddingList whole;
    private final Account account;
    private final Promise<Told> told = Promise.promise();
    private @Nullable Buffer answer = Buffer.buffer();
    private @Nullable Told said;
    private @Nullable CortexException error;
    private @Nullable Server server;

    /** What a server says of it. */
    sealed interface Told {
        /** Its embeddings. */
        record Answer(Buffer bytes, @Nullable Server server) implements Told {}

        /** More than there is memory for. */
        record TooLong() implements Told {}

        /** That the request is wrong, or perhaps. */
        record Verdict(Reply reply, boolean unclear) implements Told {}
    }

    Chunk(EmbeddingList whole, Endpoint endpoint) {
        this.whole = whole;
        this.account = new Account(UsageRecord.Route.of(endpoint), "");
    }

    /** Fails with a {@link CortexException} alone. */
    Future<Told> told() {
        return told.future();
    }

    @Override
    public Account account() {
        return account;
    }

    @Override
    public boolean recorded() {
        return false;
    }

    @Override
    public String label(String model) {
        return "a part of " + whole.label(model);
    }

    @Override
    public void asking(Server next, String model, int number) {
        server = next;
        whole.asking(next, model);
    }

    @Override
    public void waited(long millis, int ahead) {
        whole.waited(millis, ahead);
    }

    @Override
    public boolean startsOver() {
        return true;
    }

    @Override
    public void begin(AnswerPump pump, HttpClientResponse head) {
        answer = Buffer.buffer();
    }

    @Override
    public void write(Buffer bytes) {
        if (answer != null && whole.room(bytes.length())) {
            answer.appendBuffer(bytes);
        } else {
            answer = null;
        }
    }

    @Override
    public Future<Void> end(Buffer last) {
        write(last);
        return TOLD;
    }

    @Override
    public void counted(Usage usage, boolean complete) {
        if (complete) {
            whole.counted(usage);
            said = answer == null ? new Told.TooLong() : new Told.Answer(answer, server);
        }
    }

    /** Another server begins anew, or there is an error. */
    @Override
    public Future<Void> breakOff(Ending how, String reason) {
        return TOLD;
    }

    @Override
    public Future<Void> refuse(CortexException why, int asked, boolean retriable) {
        error = why;
        return TOLD;
    }

    @Override
    public Future<Void> reject(Reply reply) {
        said = new Told.Verdict(reply, false);
        return TOLD;
    }

    @Override
    public Future<Void> unclear(Reply reply) {
        said = new Told.Verdict(reply, true);
        return TOLD;
    }

    /** Only now its request is over, and may be followed by the next. */
    @Override
    public void finish(boolean streamed, long elapsedNanos) {
        if (error != null) {
            told.tryFail(error);
        } else if (said != null) {
            told.tryComplete(said);
        }
    }
}
