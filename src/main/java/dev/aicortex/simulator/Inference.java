package dev.aicortex.simulator;

import java.time.Duration;
import java.util.function.Function;
import java.util.function.LongConsumer;
import java.util.function.Supplier;

/**
 * The way of every inference request: its model → a place among those that run → the model loaded →
 * the answer.
 */
final class Inference {
    private final Engine engine;

    Inference(Engine engine) {
        this.engine = engine;
    }

    Engine engine() {
        return engine;
    }

    /** Answers in words that are then put into a route's frames. */
    void answer(Exchange x, Asked asked, Function<Answer, Frames> framing) {
        whenReady(x, asked, loadNanos -> begin(x, asked, framing, loadNanos));
    }

    /** Runs this when the request may run and its model is loaded. */
    void whenReady(Exchange x, Asked asked, LongConsumer next) {
        SimulatedModel model = engine.shelf().required(asked.model());
        engine.slots()
                .take(
                        x,
                        () ->
                                engine.runners()
                                        .ready(
                                                model,
                                                x,
                                                loadNanos -> {
                                                    engine.runners().used(model, asked);
                                                    next.accept(loadNanos);
                                                }));
    }

    private void begin(Exchange x, Asked asked, Function<Answer, Frames> framing, long loadNanos) {
        Answer answer = Answer.to(asked, engine.settings().tokensPerAnswer());
        Frames frames = framing.apply(answer);
        long start = System.nanoTime();
        Supplier<Stats> stats = () -> Stats.of(x, loadNanos, System.nanoTime() - start);
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
