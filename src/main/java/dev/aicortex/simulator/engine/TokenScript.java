package dev.aicortex.simulator.engine;

import dev.aicortex.simulator.engine.Answer.Token;
import dev.aicortex.simulator.engine.Frames.Stats;
import dev.aicortex.simulator.exchange.Streaming.Script;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.function.Supplier;

/** An answer's chunks: what the route says first, the tokens at their pace, what it says last. */
final class TokenScript implements Script {
    private final Frames frames;
    private final List<Token> tokens;
    private final double nanosPerToken;
    private final Supplier<Stats> stats;
    private final List<Buffer> opening;
    private List<Buffer> closing = List.of();
    private int position;

    TokenScript(Frames frames, List<Token> tokens, double nanosPerToken, Supplier<Stats> stats) {
        this.frames = frames;
        this.tokens = tokens;
        this.nanosPerToken = nanosPerToken;
        this.stats = stats;
        this.opening = frames.opening();
    }

    @Override
    public long due() {
        int token = Math.clamp(position - opening.size(), 0, tokens.size());
        return (long) (token * nanosPerToken);
    }

    @Override
    public Buffer next() {
        int at = position++;
        if (at < opening.size()) {
            return opening.get(at);
        }
        int token = at - opening.size();
        return token < tokens.size()
                ? frames.token(tokens.get(token))
                : closing(token - tokens.size());
    }

    @Override
    public boolean hasNext() {
        int last = opening.size() + tokens.size();
        return position <= last || position < last + closing.size();
    }

    @Override
    public Buffer lastWords() {
        return frames.lastWords();
    }

    /** Made when the first of them is due, since they tell how long the answer took. */
    private Buffer closing(int index) {
        if (index == 0) {
            closing = frames.closing(stats.get());
        }
        return closing.get(index);
    }
}
