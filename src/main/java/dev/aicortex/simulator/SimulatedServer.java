package dev.aicortex.simulator;

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
    private final Vertx vertx;
    private final Settings settings;
    private final Door door;
    private final Journal journal = new Journal();
    private final Faults faults = new Faults();
    private final Halt halt = new Halt();
    private final Shelf shelf;
    private final Engine engine;
    private final Router router;
    private final Route rendering;
    private String deployment = "";
    private boolean refusing;

    private SimulatedServer(Vertx vertx, Settings settings) {
        this.vertx = vertx;
        this.settings = settings;
        this.shelf = new Shelf(settings.models(), settings.createStatus());
        this.engine = Engine.of(vertx, settings, shelf);
        this.router = Routes.of(engine);
        this.rendering = Rendering.route(engine);
        this.door = new Door(settings.port(), this::arrived);
    }

    /** Starts listening on loopback and waits until it does. */
    public static SimulatedServer start(Vertx vertx, Settings settings) {
        SimulatedServer server = new SimulatedServer(vertx, settings);
        server.deployment = await(vertx.deployVerticle(server.door));
        return server;
    }

    /** What it was called in its settings. */
    public String name() {
        return settings.name();
    }

    /** {@code http://127.0.0.1:PORT}. */
    public URI url() {
        return URI.create("http://127.0.0.1:" + door.port());
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
        return journal.counters(door.connections(), engine.runners().loads());
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
        return shelf.all();
    }

    /** Replaces its models. */
    public void models(List<SimulatedModel> models) {
        shelf.replace(models);
    }

    /** Refuses {@code /api/create} with this status from now on; 0 = serves it. */
    public void createStatus(int status) {
        shelf.createStatus(status);
    }

    /** As a killed process: closes the listening socket and resets every connection. */
    public void stop() {
        await(door.shut());
        Dial.untilRefused(url());
    }

    /** Listens again on the same port. */
    public void restart() {
        if (!door.open()) {
            await(door.opened());
        }
    }

    @Override
    public void close() {
        if (vertx.deploymentIDs().contains(deployment)) {
            await(vertx.undeploy(deployment));
            Dial.untilRefused(url());
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
            halt.stop();
        } else if (halt.stopped()) {
            await(door.run(halt::resume));
        }
    }

    private void arrived(HttpServerRequest request) {
        Route route = router.find(request);
        LimitedBody body = new LimitedBody();
        request.handler(body::add).endHandler(v -> received(request, route, body));
    }

    private void received(HttpServerRequest request, Route found, LimitedBody body) {
        if (halt.holds(() -> received(request, found, body))) {
            return;
        }
        Buffer bytes = body.bytes();
        Route route = Rendering.isAsked(found, bytes) ? rendering : found;
        Entry entry = journal.arrived(request, bytes);
        Exchange x =
                new Exchange(vertx, request, bytes, route, faults.take(route.inference()), halt);
        x.whenOver(end -> over(x, entry, end));
        if (route.inference()) {
            journal.inferring();
        }
        request.response().closeHandler(v -> x.ended(door.open() ? End.CLIENT_LEFT : End.CUT));
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

    private void over(Exchange x, Entry entry, End end) {
        if (end == End.CLIENT_LEFT) {
            entry.cancel();
        }
        if (x.route().inference()) {
            journal.inferred(end, x.request().response().getStatusCode() < 300);
        }
    }

    private static <T> T await(Future<T> future) {
        return future.toCompletionStage().toCompletableFuture().join();
    }
}
