package dev.aicortex.gateway.rewrite;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.aicortex.gateway.calls.AnswerLine;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;

/**
 * What of an answer in plain text its client has, over all servers that had a part in it. The last
 * one's counts are of a prompt that ends with what those before it said; the client is told one
 * prompt and one answer.
 */
final class Sent {
    /** Of the text that is remembered, in characters. */
    private static final int MOST = 256 * 1024;

    private final StringBuilder text = new StringBuilder();
    private int tokens;
    private boolean plain = true;
    private int resumed;
    private int tokensBefore;
    private long nanosBefore;
    private long since = System.nanoTime();

    void add(AnswerLine.Part part) {
        plain &= part.thinking().isEmpty() && part.toolCalls().isEmpty();
        if (!part.content().isEmpty()) {
            tokens++;
            text.append(part.content());
        }
        if (!plain || text.length() > MOST) {
            forget();
        }
    }

    /** Nobody can go on with this answer. */
    void forget() {
        plain = false;
        text.setLength(0);
        text.trimToSize();
    }

    /** Whether all of it is known, and is text. */
    boolean plain() {
        return plain;
    }

    /** All of it, as it was sent. */
    String text() {
        return text.toString();
    }

    /** How many pieces it came in, of a token or more each. */
    int tokens() {
        return tokens;
    }

    /** Another server goes on. */
    void resumed() {
        resumed++;
        tokensBefore = tokens;
        nanosBefore += System.nanoTime() - since;
        since = System.nanoTime();
    }

    /** How often another server went on. */
    int times() {
        return resumed;
    }

    /** The last line of the answer, with the counts and times of all its parts. */
    Buffer summed(Buffer last) {
        if (resumed == 0) {
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
            line.putObject("cortex").put("resumed", resumed);
            return Buffer.buffer(line.toString());
        } catch (IOException e) {
            throw new IllegalStateException("a line that was read before cannot be read", e);
        }
    }
}
