package dev.aicortex.simulator.exchange;

import dev.aicortex.simulator.Fault;
import dev.aicortex.simulator.exchange.Router.Route;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One request and its answer, from the body's last byte to the answer's end. Confined to its
 * connection's event loop.
 */
public final class Exchange {
    /** How an exchange ended. */
    public enum End {
        /** The whole answer was written. */
        ANSWERED,
        /** The server cut it short: a fault, or the server was stopped. */
        CUT,
        /** The client closed or reset the connection before the answer's end. */
        CLIENT_LEFT
    }

    private final Vertx vertx;
    private final HttpServerRequest request;
    private final Buffer body;
    private final Route route;
    private final Fault fault;
    private final Outlet out;
    private final Faults faults;
    private final long started = System.nanoTime();
    private final List<Consumer<End>> endings = new ArrayList<>();
    private @Nullable End end;
    private boolean silenced;

    public Exchange(
            Vertx vertx, HttpServerRequest request, Buffer body, Route route, Faults faults) {
        this.vertx = vertx;
        this.request = request;
        this.body = body;
        this.route = route;
        this.faults = faults;
        this.fault = faults.take(route.inference());
        this.out = new Outlet(request, fault, this::ended);
    }

    public HttpServerRequest request() {
        return request;
    }

    public Buffer body() {
        return body;
    }

    public Route route() {
        return route;
    }

    public Fault fault() {
        return fault;
    }

    Outlet out() {
        return out;
    }

    public long elapsedNanos() {
        return System.nanoTime() - started;
    }

    /** The JSON object in the body. */
    public Fields fields() {
        boolean packed = route.unpacks() && "zstd".equals(request.getHeader("Content-Encoding"));
        if (body.length() == 0) {
            throw Rejected.unreadable(
                    route.dialect() == Dialect.OLLAMA ? "missing request body" : "EOF");
        }
        return Fields.parse(packed ? Zstd.unpacked(body) : body);
    }

    /** The path's last segment, decoded. */
    public String lastSegment() {
        String path = Router.path(request);
        return path.substring(path.lastIndexOf('/') + 1);
    }

    // ---- answers that are not streamed

    public void json(Buffer json) {
        json(200, json);
    }

    public void json(int status, Buffer json) {
        Dialect dialect = route.dialect();
        Buffer body = json.appendString(dialect.lineEnd());
        int silent = fault instanceof Fault.Silence s ? s.afterChunks() : 0;
        afterSilence(silent, () -> out.whole(status, dialect.contentType(), body));
    }

    void reject(Rejected why) {
        Buffer error = why.dialect(route.dialect()).error(why.status(), why.text());
        if (why.early()) {
            out.whole(why.status(), Dialect.OLLAMA.contentType(), error);
            return;
        }
        if (announcesStream()) {
            out.announceStream();
        }
        json(why.status(), error);
    }

    /** Two routes write a stream's headers before they know whether there will be one. */
    private boolean announcesStream() {
        boolean announces =
                route.dialect() == Dialect.ANTHROPIC || "/v1/responses".equals(request.path());
        try {
            return announces && fields().flag("stream", false);
        } catch (Rejected unreadable) {
            return false;
        }
    }

    /** The model runner dies before it has said anything of a stream: an error takes its place. */
    void runnerDied() {
        Rejected why = Rejected.runnerDied();
        Dialect dialect = route.dialect();
        out.inPlaceOfStream(
                why.status(),
                dialect.error(why.status(), why.text()).appendString(dialect.lineEnd()));
    }

    public void text(int status, String contentType, String text) {
        out.whole(status, contentType, Buffer.buffer(text));
    }

    /** A status and no body, nor a word about its type. */
    public void empty(int status) {
        out.bare(status);
    }

    // ---- its life

    /**
     * Runs this once, when the exchange has ended; before what was asked for earlier, so that what
     * was taken last is given back first.
     */
    public void whenOver(Consumer<End> ending) {
        if (end == null) {
            endings.add(ending);
        } else {
            ending.accept(end);
        }
    }

    public void ended(End how) {
        if (end == null) {
            end = how;
            endings.reversed().forEach(ending -> ending.accept(how));
        }
    }

    /** Runs this later, unless the exchange is over by then. */
    public void after(Duration delay, Runnable next) {
        if (delay.isPositive()) {
            vertx.setTimer(Math.max(1, delay.toMillis()), id -> proceed(next));
        } else {
            proceed(next);
        }
    }

    /** Runs this on the event loop's next turn, unless the exchange is over by then. */
    void soon(Runnable next) {
        vertx.getOrCreateContext().runOnContext(v -> proceed(next));
    }

    /** Runs this when the silence is over that comes before this many-th chunk, if one does. */
    void afterSilence(int chunk, Runnable next) {
        if (fault instanceof Fault.Silence(var chunks, var over) && chunks == chunk && !silenced) {
            silenced = true;
            var context = vertx.getOrCreateContext();
            over.apply(vertx).thenRun(() -> context.runOnContext(v -> proceed(next)));
        } else {
            next.run();
        }
    }

    /** Runs this now, unless the exchange is over; what it throws at the client is sent there. */
    public void proceed(Runnable next) {
        if (end == null && !faults.holds(() -> proceed(next))) {
            try {
                next.run();
            } catch (Rejected why) {
                reject(why);
            }
        }
    }
}
