package dev.aicortex.simulator.engine;

import dev.aicortex.simulator.Generation;
import dev.aicortex.simulator.Settings;
import dev.aicortex.simulator.SimulatedModel;
import dev.aicortex.simulator.exchange.Exchange;
import dev.aicortex.simulator.exchange.Rejected;
import io.vertx.core.Vertx;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The models that are loaded, those that are loading, and the requests that wait for room. */
public final class Runners {
    /** A model in memory, with its prompt caches. */
    public static final class Runner {
        private final SimulatedModel model;
        private final Options options;
        private final Places places;
        private final PromptCache cache;
        private Instant expiresAt = Instant.MAX;
        private int users;

        private Runner(SimulatedModel model, Options options, Places places, PromptCache cache) {
            this.model = model;
            this.options = options;
            this.places = places;
            this.cache = cache;
        }

        /** The one that loaded it: the server lists it under this one's name. */
        public SimulatedModel model() {
            return model;
        }

        public Instant expiresAt() {
            return expiresAt;
        }

        public int contextLength() {
            return options.contextLength();
        }

        boolean shifts() {
            return options.shift();
        }

        /** Nobody is refused here: a line of any length is silent. */
        Places places() {
            return places;
        }

        PromptCache cache() {
            return cache;
        }

        private boolean idle() {
            return users == 0;
        }

        private boolean expired() {
            return idle() && Instant.now().isAfter(expiresAt);
        }
    }

    private static final Set<String> SINGLE =
            Set.of(
                    "mllama",
                    "qwen3vl",
                    "qwen3vlmoe",
                    "qwen35",
                    "qwen35moe",
                    "qwen3next",
                    "lfm2",
                    "lfm2moe",
                    "nemotron_h",
                    "nemotron_h_moe",
                    "nemotron_h_omni");

    private final Vertx vertx;
    private final Settings settings;
    private final boolean newer;

    /** By their weights, whatever names have them; the least recently used first. */
    private final Map<String, Runner> loaded = new LinkedHashMap<>();

    private final Map<String, Load> loading = new HashMap<>();

    /** In the order in which they came; nobody gets past the first of them. */
    private final Deque<Call> line = new ArrayDeque<>();

    private final AtomicLong loads = new AtomicLong();

    /** What is fixed when a model is loaded; for others it is loaded anew. */
    private record Options(int contextLength, boolean shift) {}

    /** A request that needs a model in memory. */
    private record Call(
            SimulatedModel model, Options options, Exchange exchange, Consumer<Runner> next) {}

    Runners(Vertx vertx, Settings settings) {
        this.vertx = vertx;
        this.settings = settings;
        this.newer = settings.generation() == Generation.LLAMA_SERVER;
    }

    /** How often a model was loaded; may be read by any thread. */
    public long loads() {
        return loads.get();
    }

    private @Nullable Runner of(SimulatedModel model) {
        Runner runner = loaded.get(model.weights());
        return runner == null || runner.expired() ? null : runner;
    }

    /** Those that are loaded. */
    public List<Runner> all() {
        return loaded.values().stream().filter(runner -> !runner.expired()).toList();
    }

    /**
     * Runs this when the model is loaded with the context length that is asked for; it stays so
     * until the exchange is over.
     */
    void ready(SimulatedModel model, Asked asked, Exchange x, Consumer<Runner> next) {
        Options options = new Options(asked.contextLength(), asked.shift() || !newer);
        Call call = new Call(model, options, x, next);
        boolean loaded = newer && isLoaded(call);
        if (newer && !loaded && waiting() > settings.maxQueue()) {
            throw Rejected.busy();
        } else if (loaded || (line.isEmpty() && fits(call))) {
            serve(call);
        } else {
            line.addLast(call);
            x.whenOver(end -> forget(call));
        }
    }

    private boolean isLoaded(Call call) {
        Runner runner = of(call.model());
        return runner != null && runner.options.equals(call.options());
    }

    /** How many wait for a model to be loaded. */
    private int waiting() {
        return line.size() + loading.values().stream().mapToInt(load -> load.waiting.size()).sum();
    }

    /** The model stays for as long as the request says; one that is not kept alive is unloaded. */
    public void used(SimulatedModel model, Asked asked) {
        Runner runner = loaded.remove(model.weights());
        if (runner != null && !asked.keepAlive().isZero()) {
            runner.expiresAt = Instant.now().plus(asked.keepAlive());
            loaded.put(model.weights(), runner);
        }
    }

    private void forget(Call call) {
        if (line.remove(call)) {
            serveLine();
        }
    }

    private void serveLine() {
        while (!line.isEmpty() && fits(line.getFirst())) {
            serve(line.removeFirst());
        }
    }

    /**
     * Whether the model is there, on its way, or has room now. With other options it is loaded
     * anew, once those that use it are done. Since 0.30 one model is loaded at a time.
     */
    private boolean fits(Call call) {
        Load load = loading.get(call.model().weights());
        if (load != null) {
            return load.options.equals(call.options());
        }
        if (isLoaded(call)) {
            return true;
        }
        if (newer && !loading.isEmpty()) {
            return false;
        }
        Runner other = of(call.model());
        if (other != null && !other.idle()) {
            return false;
        }
        loaded.remove(call.model().weights());
        return makeRoom();
    }

    private void serve(Call call) {
        Runner runner = of(call.model());
        if (runner == null) {
            loading.computeIfAbsent(call.model().weights(), _ -> new Load(call)).await(call);
        } else {
            enter(runner, call.exchange());
            call.exchange().proceed(() -> call.next().accept(runner));
        }
    }

    private boolean makeRoom() {
        loaded.values().removeIf(Runner::expired);
        int most = settings.memory();
        Iterator<Runner> leaving = loaded.values().iterator();
        while (most > 0 && loaded.size() + loading.size() >= most && leaving.hasNext()) {
            if (leaving.next().idle()) {
                leaving.remove();
            }
        }
        return most == 0 || loaded.size() + loading.size() < most;
    }

    private void enter(Runner runner, Exchange x) {
        runner.users++;
        x.whenOver(end -> {
            runner.users--;
            serveLine();
        });
    }

    private Runner load(SimulatedModel model, Options options) {
        loads.incrementAndGet();
        int places = newer && isSingle(model) ? 1 : settings.parallel();
        Runner runner =
                new Runner(
                        model,
                        options,
                        new Places(places, Integer.MAX_VALUE),
                        PromptCache.of(
                                settings,
                                places,
                                SlidingWindow.of(model, options.contextLength() * places)));
        loaded.put(model.weights(), runner);
        return runner;
    }

    /** Whether its server runs one request at a time, whatever is set. */
    private static boolean isSingle(SimulatedModel model) {
        return !model.can("completion") || SINGLE.contains(model.architecture().family());
    }

    /**
     * A model on its way into memory. It is the first waiting request's: when its client leaves,
     * the next one begins anew.
     */
    private final class Load {
        private final SimulatedModel model;
        private final Options options;
        private final Map<Exchange, Call> waiting = new LinkedHashMap<>();
        private long timer;

        Load(Call first) {
            this.model = first.model();
            this.options = first.options();
        }

        void await(Call call) {
            waiting.put(call.exchange(), call);
            call.exchange().whenOver(end -> left(call.exchange()));
            if (settings.loadTime().isZero()) {
                finished();
            } else if (waiting.size() == 1) {
                begin();
            }
        }

        private void begin() {
            timer = vertx.setTimer(Math.max(1, settings.loadTime().toMillis()), id -> finished());
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
                loading.remove(model.weights());
                serveLine();
            } else {
                begin();
            }
        }

        /** All enter before the first goes on: it may be over at once, and make the model idle. */
        private void finished() {
            loading.remove(model.weights());
            Runner runner = load(model, options);
            Map<Exchange, Call> ready = new LinkedHashMap<>(waiting);
            waiting.clear();
            ready.keySet().forEach(x -> enter(runner, x));
            ready.forEach((x, call) -> x.proceed(() -> call.next().accept(runner)));
            serveLine();
        }
    }
}
