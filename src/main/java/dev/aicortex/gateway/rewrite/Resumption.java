package dev.aicortex.gateway.rewrite;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.aicortex.fleet.Outcome;
import dev.aicortex.fleet.ServerState;
import dev.aicortex.gateway.calls.AnswerLine;
import dev.aicortex.gateway.calls.Lines;
import dev.aicortex.gateway.request.Splice;
import dev.aicortex.model.ModelName;
import dev.aicortex.model.ServerException;
import dev.aicortex.relay.Rewriting;
import dev.aicortex.routing.Replies;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * A stream that another server goes on with when the one which answers breaks off: its client sees
 * one answer. Remembers what of the answer its client has. Confined to the event loop of its
 * request.
 */
public final class Resumption {
    /** The trailer that says how often another server went on. */
    public static final String RESUMED = "X-Cortex-Resumed";

    /** Characters of the answer that are remembered; a longer one is not gone on with. */
    private static final int MOST = 256 * 1024;

    private final PlainChat chat;
    private final StringBuilder text = new StringBuilder();
    private int pieces;
    private boolean open = true;
    private int times;
    private int tokensBefore;
    private long nanosBefore;
    private long since = System.nanoTime();
    private List<Splice> splices = List.of();
    private String reason = "";
    private String content = "";

    Resumption(PlainChat chat) {
        this.chat = chat;
    }

    /** What changes in the request for the rest of the answer; none while there is no rest. */
    List<Splice> splices() {
        return splices;
    }

    /** Whether another server could go on: all of the answer so far is known, and is text. */
    public boolean open() {
        return open;
    }

    /** The text that the client has, as it was sent. */
    String text() {
        return text.toString();
    }

    /** Whether a server broke off and no other one goes on as yet. */
    public boolean brokenOff() {
        return !reason.isEmpty();
    }

    /** A server is asked that has this content under the model's name; empty when not known. */
    public void asking(String digest) {
        content = digest;
    }

    /** The digest of what answers; empty when it is not known. */
    String content() {
        return content;
    }

    /** Those that have the same content. */
    public List<ServerState> holders(List<ServerState> holders, ModelName model) {
        return holders.stream().filter(holder -> content.equals(holder.digest(model))).toList();
    }

    /** The server broke off, for this reason. */
    public void broke(String why) {
        reason = why;
    }

    /** Makes ready what the next server is asked; fails when nothing more may be said. */
    Future<Void> prepare() {
        Optional<List<Splice>> rest = chat.rest(text(), pieces);
        if (rest.isEmpty()) {
            return Future.failedFuture(
                    ServerException.exhausted("it has all the tokens that it may have"));
        }
        splices = rest.get();
        times++;
        tokensBefore = pieces;
        nanosBefore += System.nanoTime() - since;
        since = System.nanoTime();
        return Future.succeededFuture();
    }

    /** A server goes on. */
    public void goesOn() {
        reason = "";
    }

    /** How often another server went on, or was to. */
    public int times() {
        return times;
    }

    /** What a client is told when nobody goes on. */
    public String interrupted(String why) {
        return "%s; no other server went on with it: %s".formatted(reason, why);
    }

    /** For one server's part of the answer. */
    Rewriting part() {
        return new Part();
    }

    /** Remembers what passes of a native chat's answer. */
    private final class Part implements Rewriting {
        private final Lines lines = new Lines();

        @Override
        public Buffer lines(Buffer some) {
            return passed(lines.accept(some), Buffer.buffer(some.length()));
        }

        @Override
        public Buffer lastLine(Buffer rest) {
            Buffer passed = lines(rest);
            return passed(lines.rest(), passed);
        }

        private Buffer passed(List<Buffer> whole, Buffer to) {
            whole.forEach(line -> to.appendBuffer(line(line)).appendByte((byte) '\n'));
            return to;
        }

        private Buffer line(Buffer line) {
            return switch (AnswerLine.of(line)) {
                case AnswerLine.Part part -> {
                    add(part);
                    yield line;
                }
                case AnswerLine.Last last -> {
                    add(last.part());
                    yield summed(line);
                }
                case AnswerLine.Unusable _ -> {
                    forget();
                    yield line;
                }
            };
        }

        /** What is the request's own fault, every server says. */
        @Override
        public boolean goesOn(String words) {
            return open && !(Replies.judgeLate(words) instanceof Outcome.Rejected);
        }

        /** A trailer says at the end what the head could not know. */
        @Override
        public void head(MultiMap headers) {
            headers.set("Trailer", RESUMED);
        }
    }

    /** A piece that has text is a token, or more. */
    private void add(AnswerLine.Part part) {
        open &= part.thinking().isEmpty() && part.toolCalls().isEmpty();
        if (!part.content().isEmpty()) {
            pieces++;
            text.append(part.content());
        }
        if (!open || text.length() > MOST) {
            forget();
        }
    }

    /** Nobody can go on with this answer. */
    private void forget() {
        open = false;
        text.setLength(0);
        text.trimToSize();
    }

    /**
     * The last line, which tells one prompt and one answer with the times of all parts: the last
     * server counted what those before it said as a part of the prompt.
     */
    private Buffer summed(Buffer last) {
        if (times == 0) {
            return last;
        }
        try {
            ObjectNode line = (ObjectNode) AnswerLine.JSON.readTree(last.getBytes());
            long prompt = line.path("prompt_eval_count").asLong();
            if (prompt > 0) {
                line.put("prompt_eval_count", Math.max(0, prompt - tokensBefore));
            }
            line.put("eval_count", tokensBefore + line.path("eval_count").asLong());
            line.put("eval_duration", nanosBefore + line.path("eval_duration").asLong());
            line.put("total_duration", nanosBefore + line.path("total_duration").asLong());
            line.putObject("cortex").put("resumed", times);
            return Buffer.buffer(line.toString());
        } catch (IOException e) {
            throw new IllegalStateException("a line that was read before cannot be read", e);
        }
    }
}
