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
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongConsumer;
import java.util.function.LongFunction;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The way of every inference request through one server: its model → a place among those that run →
 * the model loaded → the prompt evaluated, but for what is cached of it → the answer. Confined to
 * the server's event loop, but for the shelf.
 */
public final class Engine {
    private static final int FLOOD_BLOCK = 32 * 1024;

    private final Settings settings;
    private final Shelf shelf;
    private final Runners runners;
    private final Timestamps clock = new Timestamps();
    private final Deque<Waiting> queue = new ArrayDeque<>();
    private int running;

    /** A request that waits for a place. */
    private record Waiting(Exchange exchange, Runnable run) {}

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

    /** Answers in words that are then put into a route's frames. */
    public void answer(Exchange x, Asked asked, Function<Answer, Frames> framing) {
        ready(x, asked, ready -> begin(x, asked, framing, ready));
    }

    /** Runs this when the request may run and its model is loaded. */
    public void whenReady(Exchange x, Asked asked, Runnable next) {
        ready(x, asked, _ -> next.run());
    }

    private void ready(Exchange x, Asked asked, Consumer<Ready> next) {
        SimulatedModel model = shelf.required(asked.model());
        takePlace(x, () -> load(x, model, asked.of(model), next));
    }

    // ---- a place

    /** Runs this when a place is free; the place is free again when the exchange is over. */
    private void takePlace(Exchange x, Runnable run) {
        if (running < settings.parallel()) {
            occupy(new Waiting(x, run));
        } else if (queue.size() < settings.maxQueue()) {
            queue.addLast(new Waiting(x, run));
            x.whenOver(end -> queue.removeIf(waiting -> waiting.exchange() == x));
        } else {
            throw Rejected.busy();
        }
    }

    private void occupy(Waiting waiting) {
        running++;
        waiting.exchange().whenOver(end -> vacate());
        waiting.exchange().proceed(waiting.run());
    }

    private void vacate() {
        running--;
        Waiting next = queue.pollFirst();
        if (next != null) {
            occupy(next);
        }
    }

    // ---- the model, the prompt

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

    private void begin(Exchange x, Asked asked, Function<Answer, Frames> framing, Ready ready) {
        Answer answer =
                Answer.to(
                        asked,
                        ready.runner().contextLength(),
                        settings.tokensPerAnswer(),
                        settings.wordsBeforeCall(),
                        settings.text());
        Frames frames = framing.apply(answer);
        long load = ready.loadNanos();
        if (settings.prefill() > 0) {
            evaluate(
                    x,
                    answer,
                    ready.runner().cache(),
                    prompt -> speak(x, answer, frames, eval -> stats(x, load, prompt, eval)));
        } else {
            // the prompt took what is left of the time
            speak(x, answer, frames, eval -> stats(x, load, x.elapsedNanos() - load - eval, eval));
        }
    }

    /** Ollama leaves out a duration of zero, so none is. */
    private static Stats stats(Exchange x, long load, long prompt, long eval) {
        return new Stats(
                x.elapsedNanos(), Math.max(1, load), Math.max(1, prompt), Math.max(1, eval));
    }

    /** Goes on with the nanoseconds that the prompt takes, but for what is cached of it. */
    private void evaluate(Exchange x, Answer answer, PromptCache cache, LongConsumer next) {
        PromptCache.Seat seat = cache.take(answer.asked().prompt().text());
        x.whenOver(end -> leave(seat, answer, end));
        long nanos = (long) (seat.uncachedTokens() * 1e9 / settings.prefill());
        x.after(
                Duration.ofNanos(nanos),
                () -> {
                    seat.evaluated();
                    next.accept(nanos);
                });
    }

    private static void leave(PromptCache.Seat seat, Answer answer, End end) {
        if (end == End.ANSWERED) {
            seat.answered(answer.text());
        }
        seat.leave();
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
