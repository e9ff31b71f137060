package dev.aicortex.simulator;

import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** The models that are loaded, and those that are loading. */
final class Runners {
    /** A loaded model. */
    record Runner(Instant expiresAt, int contextLength) {}

    private final Vertx vertx;
    private final Duration loadTime;
    private final Map<String, Runner> loaded = new HashMap<>();
    private final Map<String, Load> loading = new HashMap<>();

    Runners(Vertx vertx, Duration loadTime) {
        this.vertx = vertx;
        this.loadTime = loadTime;
    }

    @Nullable Runner of(SimulatedModel model) {
        Runner runner = loaded.get(model.name());
        return runner == null || Instant.now().isAfter(runner.expiresAt()) ? null : runner;
    }

    /** Runs this, with the nanoseconds that the request spent on it, when the model is loaded. */
    void ready(SimulatedModel model, Exchange x, LongConsumer next) {
        if (of(model) != null || loadTime.isZero()) {
            next.accept(x.elapsedNanos());
        } else {
            loading.computeIfAbsent(model.name(), Load::new).await(x, next);
        }
    }

    /** Notes that the model was used: it stays for this long, zero = it is unloaded. */
    void used(SimulatedModel model, Asked asked) {
        if (asked.keepAlive().isZero()) {
            loaded.remove(model.name());
        } else {
            loaded.put(
                    model.name(),
                    new Runner(Instant.now().plus(asked.keepAlive()), asked.contextLength()));
        }
    }

    /**
     * A model on its way into memory. It is the first waiting request's: when its client leaves,
     * the next one begins anew.
     */
    private final class Load {
        private final String model;
        private final Map<Exchange, LongConsumer> waiting = new LinkedHashMap<>();
        private long timer;

        Load(String model) {
            this.model = model;
        }

        void await(Exchange x, LongConsumer next) {
            waiting.put(x, next);
            if (waiting.size() == 1) {
                begin();
            }
            x.whenOver(end -> left(x));
        }

        private void begin() {
            timer = vertx.setTimer(Math.max(1, loadTime.toMillis()), id -> finished());
        }

        private void left(Exchange x) {
            if (waiting.isEmpty()) {
                return;
            }
            boolean first = waiting.keySet().iterator().next() == x;
            waiting.remove(x);
            if (first) {
                abort();
            }
        }

        private void abort() {
            vertx.cancelTimer(timer);
            if (waiting.isEmpty()) {
                loading.remove(model);
            } else {
                begin();
            }
        }

        private void finished() {
            loading.remove(model);
            Map<Exchange, LongConsumer> ready = new LinkedHashMap<>(waiting);
            waiting.clear();
            ready.forEach((x, next) -> x.proceed(() -> next.accept(x.elapsedNanos())));
        }
    }
}
