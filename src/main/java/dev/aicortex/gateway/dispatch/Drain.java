package dev.aicortex.gateway.dispatch;

import dev.aicortex.model.ServerException;
import dev.aicortex.model.Signals;
import io.netty.util.AttributeKey;
import io.quarkus.runtime.LaunchMode;
import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.shutdown.ShutdownConfig;
import io.quarkus.scheduler.Scheduler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.net.impl.ConnectionBase;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The gateway's way out. Quarkus waits until no request runs or the time is up, and ends kept
 * connections with their next answer; what it cannot know is here: new requests are refused in the
 * dialect's shape, answers that outlast the time end in words, and an answer has not ended before
 * its client has it.
 */
@ApplicationScoped
public class Drain {
    private static final Logger LOG = Logger.getLogger(Drain.class);

    /**
     * Marks a connection on which an answer was due when new requests began to be refused. Its
     * client was not told that it ends, and may send one more, whose answer says so.
     */
    public static final AttributeKey<Boolean> KEPT = AttributeKey.valueOf("aicortex.kept");

    /** Another gateway may answer at once: this one's connection ends with the refusal. */
    private static final int RETRY_AFTER = 1;

    private final Vertx vertx;
    private final Scheduler scheduler;
    private final Grace grace;
    private final Set<Dispatch> running = ConcurrentHashMap.newKeySet();
    private final Object change = new Object();
    private volatile boolean draining;
    private volatile boolean cut;
    private volatile long signalledAt;
    private volatile long endsAt;

    public Drain(Vertx vertx, Scheduler scheduler, ShutdownConfig config) {
        this.vertx = vertx;
        this.scheduler = scheduler;
        this.grace = Grace.of(config);
    }

    /** What a client gets whose request comes too late or takes too long. */
    public static ServerException stopping() {
        return ServerException.unavailable(
                "the gateway is stopping and cannot answer any more; ask again in a moment",
                RETRY_AFTER);
    }

    /** Whether it was told to stop. */
    public boolean draining() {
        return draining;
    }

    /** Inference requests and typed chats whose answers have not ended. */
    public int running() {
        return running.size();
    }

    /** Counts the request as running, unless it comes too late. */
    public boolean admits(Dispatch dispatch) {
        return admits(dispatch, null);
    }

    /** The same for one that came by this connection. */
    public boolean admits(Dispatch dispatch, @Nullable HttpConnection connection) {
        running.add(dispatch); // before the look at the state: a cut must not miss it
        if (draining && (cut || !(grace.admits(sinceSignal()) || kept(connection)))) {
            running.remove(dispatch);
            return false;
        }
        return true;
    }

    private static boolean kept(@Nullable HttpConnection connection) {
        return connection instanceof ConnectionBase base && base.channel().hasAttr(KEPT);
    }

    private Duration sinceSignal() {
        return Duration.ofNanos(System.nanoTime() - signalledAt);
    }

    /** The client has all of its answer, or has left. */
    public void ended(Dispatch dispatch) {
        running.remove(dispatch);
        if (draining) {
            changed();
        }
    }

    private void changed() {
        synchronized (change) {
            change.notifyAll();
        }
    }

    public void begin(@Observes ShutdownDelayInitiatedEvent event) throws InterruptedException {
        signalledAt = System.nanoTime();
        endsAt = signalledAt + grace.whole().toNanos();
        draining = true;
        if (scheduler.isStarted()) {
            scheduler.pause();
        }
        if (grace.untilCut().toMillis() == 0) {
            cut();
            awaitEnds(); // nobody else does
        } else {
            goOn();
        }
    }

    private void goOn() {
        vertx.setTimer(grace.untilCut().toMillis(), _ -> cut());
        if (LaunchMode.current() == LaunchMode.NORMAL) {
            Signals.on(
                    List.of("TERM", "INT"),
                    this::cut); // whoever presses Ctrl-C twice does not wait
        }
        if (!running.isEmpty()) {
            LOG.infof(
                    "stopping; still running: %d, for %d s at the most; a second signal ends them now",
                    running.size(), grace.untilCut().toSeconds());
        }
    }

    private void cut() {
        cut = true;
        endsAt = System.nanoTime() + Grace.LAST_WORDS.toNanos();
        if (!running.isEmpty()) {
            LOG.warnf("stopping; still running and ended now: %d", running.size());
            running.forEach(Dispatch::stop);
        }
        changed();
    }

    /**
     * Quarkus takes an answer for ended once Vert.x has its last byte, and goes on to stop Vert.x.
     * A slow client may still be waiting for that byte.
     */
    void awaitSlowClients(@Observes ShutdownEvent event) throws InterruptedException {
        awaitEnds();
    }

    private void awaitEnds() throws InterruptedException {
        synchronized (change) {
            while (!running.isEmpty() && endsAt - System.nanoTime() > 0) {
                TimeUnit.NANOSECONDS.timedWait(change, endsAt - System.nanoTime());
            }
        }
        if (!running.isEmpty()) {
            LOG.warnf("stopping; clients that did not take their answers: %d", running.size());
        }
    }
}
