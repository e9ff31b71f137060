package dev.aicortex.simulator;

import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongConsumer;
import java.util.function.LongFunction;
import java.util.function.Supplier;

/**
 * The way of every inference request: its model → a place among those that run → the model loaded →
 * the prompt evaluated, but for what is cached of it → the answer.
 */
final class Inference {
    private final Engine engine;

    Inference(Engine engine) {
        this.engine = engine;
    }

    Engine engine() {
        return engine;
    }

    /**
     * A model that is ready for a request.
     *
     * @param loadNanos that the request waited for it
     */
    record Ready(Runner runner, long loadNanos) {}

    /** Answers in words that are then put into a route's frames. */
    void answer(Exchange x, Asked asked, Function<Answer, Frames> framing) {
        whenReady(x, asked, ready -> begin(x, asked, framing, ready));
    }

    /** Runs this when the request may run and its model is loaded. */
    void whenReady(Exchange x, Asked asked, Consumer<Ready> next) {
        SimulatedModel model = engine.shelf().required(asked.model());
        engine.slots().take(x, () -> load(x, model, asked.of(model), next));
    }

    private void load(Exchange x, SimulatedModel model, Asked asked, Consumer<Ready> next) {
        long start = System.nanoTime();
        engine.runners()
                .ready(
                        model,
                        asked,
                        x,
                        runner -> {
                            engine.runners().used(model, asked);
                            next.accept(new Ready(runner, System.nanoTime() - start));
                        });
    }

    private void begin(Exchange x, Asked asked, Function<Answer, Frames> framing, Ready ready) {
        Answer answer =
                Answer.to(
                        asked,
                        ready.runner().contextLength(),
                        engine.settings().tokensPerAnswer(),
                        engine.settings().wordsBeforeCall());
        Frames frames = framing.apply(answer);
        long load = ready.loadNanos();
        if (engine.settings().hardware().prefill() > 0) {
            evaluate(
                    x,
                    answer,
                    ready.runner().cache(),
                    prompt ->
                            speak(
                                    x,
                                    asked,
                                    answer,
                                    frames,
                                    eval -> Stats.of(x, load, prompt, eval)));
        } else {
            speak(x, asked, answer, frames, eval -> Stats.of(x, load, eval));
        }
    }

    /** Goes on with the nanoseconds that the prompt takes, but for what is cached of it. */
    private void evaluate(Exchange x, Answer answer, PromptCache cache, LongConsumer next) {
        PromptCache.Seat seat = cache.take(answer.prompt().text());
        x.whenOver(end -> leave(seat, answer, end));
        long nanos = engine.settings().hardware().prefillNanos(seat.uncachedTokens());
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

    private void speak(
            Exchange x, Asked asked, Answer answer, Frames frames, LongFunction<Stats> spent) {
        long start = System.nanoTime();
        Supplier<Stats> stats = () -> spent.apply(System.nanoTime() - start);
        if (asked.stream()) {
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
                ? new FloodScript(frames, answer.tokens().getFirst(), bytes, stats)
                : new TokenScript(frames, answer.tokens(), nanosPerToken(), stats);
    }

    private double nanosPerToken() {
        double rate = engine.settings().tokensPerSecond();
        return rate == 0 ? 0 : 1e9 / rate;
    }
}
