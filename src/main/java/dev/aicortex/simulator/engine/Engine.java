package dev.aicortex.simulator.engine;

import dev.aicortex.simulator.Fault;
import dev.aicortex.simulator.Settings;
import dev.aicortex.simulator.SimulatedModel;
import dev.aicortex.simulator.engine.Answer.Token;
import dev.aicortex.simulator.engine.Frames.Stats;
import dev.aicortex.simulator.engine.Runners.Runner;
import dev.aicortex.simulator.exchange.Exchange;
import dev.aicortex.simulator.exchange.Exchange.End;
import dev.aicortex.simulator.exchange.Rejected;
import dev.aicortex.simulator.exchange.Streaming;
import dev.aicortex.simulator.exchange.Streaming.Script;
import dev.aicortex.simulator.exchange.Template;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongFunction;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The way of every inference request through one server: its model → the model loaded → a place
 * among those that run → the prompt evaluated, but for what is cached of it → the answer. Confined
 * to the server's event loop, but for the shelf.
 */
public final class Engine {
    private static final int FLOOD_BLOCK = 32 * 1024;

    /** What {@code load_duration} tells of a model that is in memory, since 0.30. */
    private static final long READY_NANOS = 700_000;

    private static final Template EXCEEDS =
            Template.of(
                    "{'error':{'code':400,'message':'request (@ tokens) exceeds the available context size (@ tokens),"
                            + " try increasing it','type':'exceed_context_size_error','n_prompt_tokens':@,'n_ctx':@}}");
    private static final String TOO_LONG =
            "the prompt is longer than the context length currently available to the model; shorten the prompt,"
                    + " adjust the context length in settings, or use a model with a longer context length";

    private final Settings settings;
    private final Shelf shelf;
    private final Runners runners;
    private final Timestamps clock = new Timestamps();
    private final Places places;
    private final AtomicLong promptTokens = new AtomicLong();
    private final AtomicLong evaluatedTokens = new AtomicLong();

    /**
     * A model that is ready for a request.
     *
     * @param loadNanos that the request waited for it
     */
    private record Ready(Runner runner, long loadNanos) {}

    public Engine(Vertx vertx, Settings settings) {
        this.settings = settings;
        this.shelf = new Shelf(settings.models());
        this.runners = new Runners(vertx, settings);
        this.places = new Places(settings.parallel(), settings.maxQueue());
    }

    public Settings settings() {
        return settings;
    }

    public Shelf shelf() {
        return shelf;
    }

    public Runners runners() {
        return runners;
    }

    public Timestamps clock() {
        return clock;
    }

    /** Of all prompts that were answered or begun; may be read by any thread. */
    public long promptTokens() {
        return promptTokens.get();
    }

    /** Those of them that no cache had; may be read by any thread. */
    public long evaluatedTokens() {
        return evaluatedTokens.get();
    }

    /** Answers in words that are then put into a route's frames. */
    public void answer(Exchange x, Asked asked, Function<Answer, Frames> framing) {
        ready(x, asked, ready -> begin(x, asked, framing, ready));
    }

    /** Runs this when the request may run and its model is loaded. */
    public void whenReady(Exchange x, Asked asked, Runnable next) {
        ready(x, asked, _ -> next.run());
    }

    /** Runs this when the model is loaded, which alone was asked for. */
    public void whenLoaded(Exchange x, Asked asked, Runnable next) {
        loaded(x, asked, _ -> next.run());
    }

    // ---- a place and the model

    private void ready(Exchange x, Asked asked, Consumer<Ready> next) {
        loaded(x, asked, ready -> ready.runner().places().take(x, () -> next.accept(ready)));
    }

    /** Before 0.30 a place comes first, of those that all models share. */
    private void loaded(Exchange x, Asked asked, Consumer<Ready> next) {
        SimulatedModel model = shelf.required(asked.model());
        Asked fitting = asked.of(model, settings.contextLength());
        switch (settings.generation()) {
            case OWN_ENGINES -> places.take(x, () -> load(x, model, fitting, next));
            case LLAMA_SERVER -> load(x, model, fitting, next);
        }
    }

    private void load(Exchange x, SimulatedModel model, Asked asked, Consumer<Ready> next) {
        long start = System.nanoTime();
        runners.ready(
                model,
                asked,
                x,
                runner -> {
                    runners.used(model, asked);
                    next.accept(new Ready(runner, System.nanoTime() - start));
                });
    }

    // ---- the prompt

    private void begin(Exchange x, Asked asked, Function<Answer, Frames> framing, Ready ready) {
        long start = System.nanoTime();
        boolean thinks = asked.thinks() && ready.runner().model().can("thinking");
        Answer answer = Answer.to(asked, read(asked, ready.runner()), settings, thinks);
        Frames frames = framing.apply(answer);
        PromptCache.Place place = ready.runner().cache().take(answer.read().tokens());
        long evaluation = nanosOf(place.uncachedTokens());
        x.whenOver(end -> leave(place, answer, end, System.nanoTime() - start));
        x.after(
                Duration.ofNanos(evaluation),
                () -> {
                    place.evaluated();
                    speak(
                            x,
                            answer,
                            frames,
                            eval -> {
                                // without a pace, it took what the answer did not
                                long prompt =
                                        evaluation > 0
                                                ? evaluation
                                                : System.nanoTime() - start - eval;
                                return stats(x, ready.loadNanos(), prompt, eval);
                            });
                });
    }

    private Prompt.Read read(Asked asked, Runner runner) {
        return switch (settings.generation()) {
            case OWN_ENGINES -> asked.prompt().whole(runner.contextLength());
            case LLAMA_SERVER -> fitted(asked, runner);
        };
    }

    private static Prompt.Read fitted(Asked asked, Runner runner) {
        int length = runner.contextLength();
        Prompt prompt = asked.truncate() ? asked.prompt().recent(length) : asked.prompt();
        int tokens = prompt.tokens();
        if (tokens < length) {
            return prompt.whole(length);
        } else if (!asked.truncate()) {
            throw Rejected.because(400, EXCEEDS.fill(tokens, length, tokens, length).toString());
        } else if (!runner.shifts()) {
            throw Rejected.because(400, TOO_LONG);
        }
        return prompt.half(length);
    }

    private long nanosOf(int tokens) {
        return settings.prefill() > 0 ? (long) (tokens * 1e9 / settings.prefill()) : 0;
    }

    /** Ollama leaves out a duration of zero, so none is. */
    private Stats stats(Exchange x, long load, long prompt, long eval) {
        return switch (settings.generation()) {
            case OWN_ENGINES ->
                    new Stats(
                            x.elapsedNanos(),
                            Math.max(1, load),
                            Math.max(1, prompt),
                            Math.max(1, eval));
            case LLAMA_SERVER -> {
                long ready = Math.max(READY_NANOS, load);
                long total = Math.max(x.elapsedNanos(), ready + prompt + eval);
                yield new Stats(total, ready, wholeMicros(prompt), wholeMicros(eval));
            }
        };
    }

    private static long wholeMicros(long nanos) {
        return Math.max(1, nanos / 1_000) * 1_000;
    }

    private void leave(PromptCache.Place place, Answer answer, End end, long nanos) {
        if (place.evaluatedTokens() == 0) {
            place.stopped((long) (nanos * settings.prefill() / 1e9));
        } else if (end == End.ANSWERED) {
            place.answered(Tokens.of(answer.text()));
        }
        place.leave();
        promptTokens.addAndGet(place.promptTokens());
        evaluatedTokens.addAndGet(place.evaluatedTokens());
    }

    // ---- the answer

    private void speak(Exchange x, Answer answer, Frames frames, LongFunction<Stats> spent) {
        long start = System.nanoTime();
        Supplier<Stats> stats = () -> spent.apply(System.nanoTime() - start);
        if (answer.asked().stream()) {
            Streaming.begin(x, frames.kind(), script(x, answer, frames, stats));
        } else {
            Duration pace = Duration.ofNanos((long) (answer.tokens().size() * nanosPerToken()));
            x.after(pace, () -> whole(x, frames, stats));
        }
    }

    private static void whole(Exchange x, Frames frames, Supplier<Stats> stats) {
        if (x.fault() instanceof Fault.RunnerKilled) {
            throw Rejected.runnerDied();
        }
        x.json(frames.whole(stats.get()));
    }

    private Script script(Exchange x, Answer answer, Frames frames, Supplier<Stats> stats) {
        return x.fault() instanceof Fault.Flood(long bytes)
                ? flood(frames, answer.tokens().getFirst(), bytes, stats)
                : new TokenScript(frames, answer.tokens(), nanosPerToken(), stats);
    }

    /** The same block of tokens until so many bytes are sent, then a proper end. */
    private static Script flood(Frames frames, Token token, long bytes, Supplier<Stats> stats) {
        Stream<Buffer> opening = frames.opening().stream(); // its events are numbered first
        Buffer event = frames.token(token);
        Buffer block = Buffer.buffer(FLOOD_BLOCK + event.length());
        while (block.length() < FLOOD_BLOCK) {
            block.appendBuffer(event);
        }
        long blocks = Math.ceilDiv(bytes, block.length());
        Stream<Buffer> flood = Stream.generate(block::slice).limit(blocks);
        Stream<Buffer> closing =
                Stream.of(stats).flatMap(spent -> frames.closing(spent.get()).stream());
        return Streaming.chunks(Stream.concat(Stream.concat(opening, flood), closing));
    }

    private double nanosPerToken() {
        double rate = settings.tokensPerSecond();
        return rate == 0 ? 0 : 1e9 / rate;
    }

    /**
     * An answer's chunks: what the route says first, the tokens at their pace, what it says last.
     */
    private static final class TokenScript implements Script {
        private final Frames frames;
        private final List<Token> tokens;
        private final double nanosPerToken;
        private final Supplier<Stats> stats;
        private final List<Buffer> opening;
        private List<Buffer> closing = List.of();
        private int position;

        TokenScript(
                Frames frames, List<Token> tokens, double nanosPerToken, Supplier<Stats> stats) {
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
}
