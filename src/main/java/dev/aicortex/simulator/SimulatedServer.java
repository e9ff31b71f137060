package dev.aicortex.simulator;

import dev.aicortex.simulator.engine.Engine;
import dev.aicortex.simulator.exchange.Exchange;
import dev.aicortex.simulator.exchange.Exchange.End;
import dev.aicortex.simulator.exchange.Faults;
import dev.aicortex.simulator.exchange.Journal;
import dev.aicortex.simulator.exchange.Listener;
import dev.aicortex.simulator.exchange.Origins;
import dev.aicortex.simulator.exchange.Rejected;
import dev.aicortex.simulator.exchange.Router.Route;
import dev.aicortex.simulator.exchange.Wire;
import dev.aicortex.simulator.routes.Routes;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.net.URI;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * An Ollama server on loopback that makes up its answers and does wrong what it is told to. Its
 * methods may be called from any thread; those that wait ({@code start}, {@code stop}, {@code
 * restart}, {@code close}, a change to or from {@link Fault.Refuse} and {@link Fault.Stopped}) not
 * from an event loop.
 */
public final class SimulatedServer implements AutoCloseable {
    /**
     * What a simulated server has done so far. But for {@code received} only inference requests
     * count; one that a fault cut short is neither completed nor cancelled.
     *
     * @param received requests of any kind, looks and probes included
     * @param inferences that have come
     * @param inFlight being answered, loading, queued or hanging now
     * @param completed answered with success to the answer's end
     * @param cancelled the client left or reset before the answer's end
     * @param connections open sockets now, idle ones included
     * @param loads how often a model was loaded into memory
     * @param promptTokens of the prompts of chats and generations that are over, a word each,
     *     without those of a chat template
     * @param evaluatedTokens those of them that no prompt cache had
     */
    public record Counters(
            long received,
            long inferences,
            int inFlight,
            long completed,
            long cancelled,
            int connections,
            long loads,
            long promptTokens,
            long evaluatedTokens) {}

    private final Vertx vertx;
    private final Settings settings;
    private final Listener listener;
    private final Journal journal = new Journal();
    private final Faults faults = new Faults();
    private final Engine engine;
    private final Routes routes;
    private String deployment = "";
    private boolean refusing;

    private SimulatedServer(Vertx vertx, Settings settings) {
        this.vertx = vertx;
        this.settings = settings;
        this.engine = new Engine(vertx, settings);
        this.routes = new Routes(engine);
        this.listener = new Listener(settings.port(), this::arrived);
    }

    /** Starts listening on loopback and waits until it does. */
    public static SimulatedServer start(Vertx vertx, Settings settings) {
        SimulatedServer server = new SimulatedServer(vertx, settings);
        server.deployment = await(vertx.deployVerticle(server.listener));
        return server;
    }

    /** What it was called in its settings. */
    public String name() {
        return settings.name();
    }

    /** {@code http://127.0.0.1:PORT}. */
    public URI url() {
        return URI.create("http://127.0.0.1:" + listener.port());
    }

    /** Does this to every inference request from now on; {@link Fault#none()} ends it. */
    public void fault(Fault fault) {
        fault(fault, Fault.Scope.INFERENCE);
    }

    /** Does this to every request of this scope from now on. */
    public void fault(Fault fault, Fault.Scope scope) {
        faults.arm(fault, scope);
        refuse(fault instanceof Fault.Refuse);
        halt(fault instanceof Fault.Stopped);
    }

    /** Does this to the next inference requests, so many. */
    public void fault(Fault fault, int requests) {
        fault(fault, new AtomicLong(requests));
    }

    /**
     * Does this to the next inference requests while any are left of a number that may be shared.
     */
    void fault(Fault fault, AtomicLong requests) {
        if (fault instanceof Fault.Refuse || fault instanceof Fault.Stopped) {
            throw new IllegalArgumentException("a request that is not read cannot be counted");
        }
        faults.armForNext(fault, requests);
        refuse(false);
        halt(false);
    }

    /** What it has done so far. */
    public Counters counters() {
        return journal.counters(
                listener.connections(),
                engine.runners().loads(),
                engine.promptTokens(),
                engine.evaluatedTokens());
    }

    /** The last 1,000 requests, the oldest first. */
    public List<ReceivedRequest> received() {
        return journal.received();
    }

    /** The last POST that has reached it: looks and most probes are none. */
    public ReceivedRequest lastPost() {
        return received().stream()
                .filter(request -> request.method().equals("POST"))
                .reduce((_, later) -> later)
                .orElseThrow();
    }

    /** The models that it holds now. */
    public List<SimulatedModel> models() {
        return engine.shelf().all();
    }

    /** Replaces its models. */
    public void models(List<SimulatedModel> models) {
        engine.shelf().replace(models);
    }

    /** Refuses {@code /api/create} with this status from now on; 0 = serves it. */
    public void createStatus(int status) {
        engine.shelf().createStatus(status);
    }

    /** As a killed process: closes the listening socket and resets every connection. */
    public void stop() {
        await(listener.shut());
        Wire.awaitRefusal(url());
    }

    /** Listens again on the same port. */
    public void restart() {
        if (!listener.open()) {
            await(listener.opened());
        }
    }

    @Override
    public void close() {
        if (vertx.deploymentIDs().contains(deployment)) {
            await(vertx.undeploy(deployment));
            Wire.awaitRefusal(url());
        }
    }

    /**
     * Only what a fault has shut is opened again by the next one: a server that was stopped stays
     * so.
     */
    private synchronized void refuse(boolean now) {
        if (now && !refusing) {
            stop();
        } else if (refusing && !now) {
            restart();
        }
        refusing = now;
    }

    private void halt(boolean now) {
        if (now) {
            faults.stop();
        } else if (faults.stopped()) {
            await(listener.run(faults::resume));
        }
    }

    private void arrived(HttpServerRequest request) {
        Route route = routes.find(request);
        LimitedBody body = new LimitedBody();
        request.handler(body::add).endHandler(v -> received(request, route, body));
    }

    private void received(HttpServerRequest request, Route found, LimitedBody body) {
        if (faults.holds(() -> received(request, found, body))) {
            return;
        }
        Route route = routes.given(found, body.bytes);
        Exchange x = new Exchange(vertx, request, body.bytes, route, faults);
        journal.follow(x);
        request.response().closeHandler(v -> x.ended(listener.open() ? End.CLIENT_LEFT : End.CUT));
        request.response().putHeader("Date", engine.clock().date());
        x.proceed(() -> {
            body.check();
            Faults.meet(x, () -> answer(x));
        });
    }

    private static void answer(Exchange x) {
        if (Origins.isForeign(x.request())) {
            x.empty(403);
        } else {
            Origins.welcome(x.request());
            x.route().handler().accept(x);
        }
    }

    private static <T> T await(Future<T> future) {
        return future.toCompletionStage().toCompletableFuture().join();
    }

    /**
     * A request's body as far as this process can hold it: the demo's servers share the small heap
     * of the gateway, which itself would pass on more.
     */
    private static final class LimitedBody {
        private static final long LIMIT = Runtime.getRuntime().maxMemory() / 8;

        /** What came; nothing when it was too long. */
        private Buffer bytes = Buffer.buffer();

        private long length;

        void add(Buffer chunk) {
            length += chunk.length();
            bytes = length > LIMIT ? Buffer.buffer() : bytes.appendBuffer(chunk);
        }

        void check() {
            if (length > LIMIT) {
                throw Rejected.because(
                        413,
                        "a simulated server takes at most %d bytes here: give its process a larger heap (JAVA_OPTS=-Xmx1g)"
                                .formatted(LIMIT));
            }
        }
    }
}
