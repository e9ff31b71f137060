package dev.aicortex.simulator.routes;

import dev.aicortex.simulator.engine.Answer;
import dev.aicortex.simulator.engine.Answer.Token;
import dev.aicortex.simulator.engine.Frames;
import dev.aicortex.simulator.engine.Frames.Stats;
import dev.aicortex.simulator.engine.Timestamps;
import dev.aicortex.simulator.exchange.Dialect;
import dev.aicortex.simulator.exchange.Rejected;
import dev.aicortex.simulator.exchange.Streaming;
import dev.aicortex.simulator.exchange.Template;
import io.vertx.core.buffer.Buffer;
import java.util.List;

/**
 * {@code /api/chat} and {@code /api/generate}: one JSON object a line, each with the time of day.
 */
final class NativeFrames implements Frames {
    private static final Template CHAT =
            Template.of(
                    "{'model':#,'created_at':'@','message':{'role':'assistant','content':#},@}");
    private static final Template GENERATE =
            Template.of("{'model':#,'created_at':'@','response':#,@}");
    private static final Template CHAT_TOKEN =
            Template.of(
                    "{'model':#,'created_at':'@','message':{'role':'assistant','content':#},'done':false@}\n");
    private static final Template GENERATE_TOKEN =
            Template.of("{'model':#,'created_at':'@','response':#,'done':false@}\n");
    private static final Template DONE =
            Template.of(
                    "'done':true,'done_reason':'@'@,'total_duration':@,'load_duration':@,'prompt_eval_count':@,"
                            + "'prompt_eval_duration':@,'eval_count':@,'eval_duration':@");

    /** A call's arguments are an object, not a text. */
    private static final Template CALLS =
            Template.of(
                    ",'tool_calls':[{'id':'call_@','function':{'index':0,'name':#,'arguments':@}}]");

    private static final Template THOUGHT = Template.of(",'thinking':#");
    private static final Template LOADED = Template.of("'done':true,'done_reason':'@'");
    private static final Template LOGPROBS = Template.of(",'logprobs':[@]");
    private static final Buffer RUNNER_DIED =
            Dialect.OLLAMA.error(500, Rejected.runnerDied().text());

    private final Template token;
    private final Template line;
    private final Answer answer;
    private final Content content;
    private final int alternatives;
    private final Timestamps clock;

    private NativeFrames(
            Template token, Template line, Answer answer, int alternatives, Timestamps clock) {
        this.token = token.bind(answer.model());
        this.line = line.bind(answer.model());
        this.answer = answer;
        this.content = new Content(answer, THOUGHT, CALLS);
        this.alternatives = answer.call() == null ? alternatives : -1;
        this.clock = clock;
    }

    /**
     * @param alternatives that each token's log probability comes with; negative = no log
     *     probabilities
     */
    static NativeFrames chat(Answer answer, int alternatives, Timestamps clock) {
        return new NativeFrames(CHAT_TOKEN, CHAT, answer, alternatives, clock);
    }

    static NativeFrames generate(Answer answer, int alternatives, Timestamps clock) {
        return new NativeFrames(GENERATE_TOKEN, GENERATE, answer, alternatives, clock);
    }

    @Override
    public Streaming.Kind kind() {
        return Streaming.Kind.LINES;
    }

    @Override
    public Buffer token(Token next) {
        return token.fill(clock.now(), content.of(next), logprobs(List.of(next)));
    }

    @Override
    public List<Buffer> closing(Stats stats) {
        return List.of(line.fill(clock.now(), "", done(stats, List.of())).appendByte((byte) '\n'));
    }

    @Override
    public Buffer lastWords() {
        return answer.call() == null ? RUNNER_DIED.copy().appendByte((byte) '\n') : Buffer.buffer();
    }

    @Override
    public Buffer whole(Stats stats) {
        return line.fill(clock.now(), content.whole(), done(stats, answer.tokens()));
    }

    /** What answers a request without messages or prompt: the model was loaded or unloaded. */
    Buffer onlyLoaded(String reason) {
        return line.fill(clock.now(), "", LOADED.fill(reason));
    }

    private Buffer done(Stats stats, List<Token> spoken) {
        return DONE.fill(
                answer.reason(),
                logprobs(spoken),
                stats.total(),
                stats.load(),
                answer.promptTokens(),
                stats.prompt(),
                answer.tokens().size(),
                stats.eval());
    }

    private Object logprobs(List<Token> tokens) {
        return alternatives < 0 || tokens.isEmpty()
                ? ""
                : LOGPROBS.fill(Logprobs.of(tokens, alternatives));
    }
}
