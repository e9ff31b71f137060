package dev.aicortex.gateway.rewrite;

import dev.aicortex.prompt.Truncation;
import dev.aicortex.relay.Rewriting;
import dev.aicortex.relay.Usage;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;

/**
 * Says in the head of an answer whether the server cut the prompt. Of a stream only a guess can be
 * told, since its counts come last; a document is held until its counts are there.
 */
public final class CutNotice implements Rewriting {
    static final String HEADER = "X-Cortex-Truncated";
    static final String LIKELY = "likely";

    private final long estimate;
    private final int window;
    private String word = LIKELY;

    /**
     * @param estimate of the prompt's tokens, more than fit
     * @param window of the server, in tokens
     */
    public CutNotice(long estimate, int window) {
        this.estimate = estimate;
        this.window = window;
    }

    @Override
    public Buffer document(Buffer document) {
        long read = Usage.in(document).prompt();
        word = Truncation.happened(estimate, window, read) ? "true" : "";
        return document;
    }

    @Override
    public boolean documents() {
        return true;
    }

    @Override
    public void head(MultiMap headers) {
        if (word.isEmpty()) {
            headers.remove(HEADER);
        } else {
            headers.set(HEADER, word);
        }
    }
}
