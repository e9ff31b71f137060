package dev.aicortex.chat;

import dev.aicortex.api.StreamEvent;
import dev.aicortex.fleet.Reply;
import dev.aicortex.fleet.Server;
import dev.aicortex.gateway.calls.AnswerLine;
import dev.aicortex.gateway.calls.Lines;
import dev.aicortex.gateway.calls.ReplyReader;
import dev.aicortex.gateway.dispatch.Client;
import dev.aicortex.gateway.metrics.Account;
import dev.aicortex.model.CortexException;
import dev.aicortex.model.ServerException;
import dev.aicortex.model.ValidationException;
import dev.aicortex.relay.AnswerPump;
import dev.aicortex.relay.Ending;
import dev.aicortex.relay.Rewriting;
import dev.aicortex.usage.UsageRecord;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A chat of this process as the client of a request: it reads its answer line by line. Confined to
 * the event loop of its request.
 */
abstract class ChatClient implements Client {
    private static final Future<Void> TOLD = Future.succeededFuture();

    private final Account account = new Account(UsageRecord.Route.TYPED, "");
    private LineReader reader = new LineReader();
    private String server = "";
    private volatile Transcript transcript = new Transcript("");

    /** Reads the lines as they pass, before any of them is given out. */
    private static final class LineReader implements Rewriting {
        /** A token is a few hundred bytes; a line without an end must not fill the memory. */
        private static final int LONGEST = 16 << 20;

        private final Lines lines = new Lines();
        private List<AnswerLine> read = new ArrayList<>();
        private @Nullable String objection;

        @Override
        public Buffer lines(Buffer some) {
            lines.accept(some).forEach(this::add);
            if (lines.heldLength() > LONGEST) {
                objection = "a line of its answer is longer than " + LONGEST + " bytes";
            }
            return some;
        }

        @Override
        public Buffer lastLine(Buffer rest) {
            lines(rest);
            lines.rest().forEach(this::add);
            return rest;
        }

        @Override
        public Buffer document(Buffer document) {
            return lastLine(document);
        }

        @Override
        public boolean documents() {
            return true;
        }

        private void add(Buffer text) {
            AnswerLine line = AnswerLine.of(text);
            switch (line) {
                case AnswerLine.Unusable unusable -> objection = unusable.reason();
                case AnswerLine.Part _, AnswerLine.Last _ -> read.add(line);
            }
        }

        List<AnswerLine> take() {
            List<AnswerLine> taken = read;
            read = new ArrayList<>();
            return taken;
        }
    }

    /**
     * The model has said something.
     *
     * @param whole whether that was the last of it
     */
    abstract void said(List<StreamEvent> events, boolean whole);

    /** There will be no answer. */
    abstract void fail(CortexException error);

    /**
     * The answer broke off after it had begun, and no other server goes on.
     *
     * @param reason may hold the server's words: for whoever asked, not for a log
     */
    abstract void broken(Ending how, String reason);

    @Override
    public Account account() {
        return account;
    }

    @Override
    public String label(String model) {
        return "a chat of this process, model " + model;
    }

    @Override
    public void asking(Server next, String model, int attempts) {
        server = next.toString();
    }

    @Override
    public Rewriting rewriting(Rewriting plan) {
        reader = new LineReader();
        return plan.then(reader);
    }

    @Override
    public @Nullable String objection() {
        return reader.objection;
    }

    @Override
    public void begin(AnswerPump answer, HttpClientResponse head) {
        transcript = new Transcript(server);
    }

    @Override
    public void write(Buffer bytes) {
        for (AnswerLine line : reader.take()) {
            switch (line) {
                case AnswerLine.Part part -> said(transcript.add(part), false);
                case AnswerLine.Last last -> said(transcript.add(last), true);
                case AnswerLine.Unusable _ -> {}
            }
        }
    }

    @Override
    public Future<Void> end(Buffer last) {
        write(last);
        return TOLD;
    }

    @Override
    public Future<Void> breakOff(Ending how, String reason) {
        boolean words = how instanceof Ending.Truncated broken && broken.words().isPresent();
        broken(how, words ? "it said: " + reason : reason);
        return TOLD;
    }

    @Override
    public Future<Void> refuse(CortexException error, int attempts, boolean retriable) {
        fail(error);
        return TOLD;
    }

    @Override
    public Future<Void> reject(Reply reply) {
        fail(
                new ValidationException(
                        "server %s refused the request: %s"
                                .formatted(server, ReplyReader.problem(reply))));
        return TOLD;
    }

    @Override
    public Future<Void> unclear(Reply reply) {
        fail(
                ServerException.exhausted(
                        "server %s failed: %s".formatted(server, ReplyReader.problem(reply))));
        return TOLD;
    }

    /** What the server that answers has said so far; from any thread. */
    Transcript transcript() {
        return transcript;
    }

    /** The address of the server that was asked last. */
    String server() {
        return server;
    }
}
