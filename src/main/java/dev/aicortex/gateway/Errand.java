package dev.aicortex.gateway;

import dev.aicortex.fleet.Allow;
import dev.aicortex.fleet.FleetSnapshot;
import dev.aicortex.fleet.Holding;
import dev.aicortex.fleet.Outcome;
import dev.aicortex.fleet.Pool;
import dev.aicortex.fleet.PromptBlocks;
import dev.aicortex.fleet.Reply;
import dev.aicortex.fleet.Server;
import dev.aicortex.fleet.ServerState;
import dev.aicortex.model.CortexException;
import dev.aicortex.model.ModelName;
import dev.aicortex.model.Priority;
import dev.aicortex.relay.Delivery;
import dev.aicortex.relay.Usage;
import dev.aicortex.routing.Ask;
import dev.aicortex.routing.Failures;
import io.vertx.core.Future;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Something that one server has to do, and how far it has got. Confined to its event loop. {@link
 * Failover} finds the server; what is sent and what becomes of the answer differs from kind to
 * kind.
 */
abstract class Errand {
    private static final Duration FOREVER = Duration.ofDays(1);

    private final long startedNanos = System.nanoTime();
    private long searchedNanos = startedNanos;
    private long workedNanos;
    private final List<Failures> earlier = new ArrayList<>();
    private Failures failures = new Failures();
    private @Nullable Attempt attempt;
    private @Nullable Attempt rival;
    private int attempts;
    private boolean gone;
    private Runnable leave = () -> {};
    private String content = "";

    /** The model as it was spelt. */
    abstract String spelling();

    abstract ModelName model();

    /** What tells it apart in a log: nothing of what is asked. */
    abstract String label();

    /** On every server. */
    abstract String path();

    /**
     * Writes head and body; may be called again for another server. Done when all is on its way.
     */
    abstract Future<Void> sendTo(HttpClientRequest request, Holding holding);

    /**
     * Makes a server ready to be asked: done with {@code Answered}, or with what keeps it from
     * that.
     */
    Future<Outcome> ready(Holding holding) {
        return Future.succeededFuture(new Outcome.Answered());
    }

    /**
     * A server does not have the model, though it should: whether it may be asked once more, after
     * {@link #ready}.
     */
    boolean missed(Holding holding) {
        return false;
    }

    /** A server begins its answer. */
    void answers(Holding holding) {}

    /** Servers that cannot serve this, and why, though they hold its model. */
    Map<Server, Outcome> unfit(FleetSnapshot snapshot) {
        return Map.of();
    }

    /**
     * Whether an answer of this content type, in lower case, can be one. A page of HTML from a
     * proxy or a stranger's port is no answer of a model.
     */
    boolean takes(String contentType) {
        return contentType.startsWith("application/json")
                || contentType.startsWith("application/x-ndjson")
                || contentType.startsWith("text/event-stream");
    }

    /** What takes a good answer onward. */
    abstract Delivery delivery(HttpClientResponse response);

    /** Gives out the words of a server that judged the request wrong. */
    abstract Future<Void> reject(Reply reply);

    /** Gives out the words of the only server there is, which do not show whose fault it is. */
    Future<Void> unclear(Reply reply) {
        return reject(reply);
    }

    /** The rule of whoever asks. */
    Allow allow() {
        return Allow.ALL;
    }

    /** The servers that may be asked, healthy or not. */
    List<ServerState> holders(FleetSnapshot snapshot) {
        return snapshot.pools(model(), allow()).holders();
    }

    /** The same, ready to be chosen from: those of one content, as long as one of them is left. */
    Pool pool(FleetSnapshot snapshot) {
        Collection<Server> tried = failures.servers();
        Set<Server> unfit = unfit(snapshot).keySet();
        if (unfit.isEmpty()) {
            return snapshot.pools(model(), allow()).open(tried, content);
        }
        return snapshot.pools(model(), allow())
                .open(Stream.concat(tried.stream(), unfit.stream()).toList(), content)
                .without(unfit);
    }

    /** Its servers have what the request was begun with: where it fails, it stays with that. */
    final void stayWith(Pool pool) {
        content = pool.content();
    }

    /** The error when servers answer and none may be asked. */
    CortexException notHeld(FleetSnapshot snapshot) {
        return barred(snapshot).orElseGet(() -> snapshot.unknown(spelling()));
    }

    /** The error when it is a rule that leaves none of those that hold the model. */
    final Optional<CortexException> barred(FleetSnapshot snapshot) {
        return Barred.error(snapshot, model(), spelling(), allow());
    }

    /**
     * Another model may answer in the place of the one that no server can serve.
     *
     * @param error what became of that one
     * @return whether there is one; {@link #model} is it from now on
     */
    boolean nextModel(CortexException error) {
        return false;
    }

    /** What whoever asked is told at the end, when {@code last} became of the last model. */
    CortexException finalError(CortexException last) {
        return last;
    }

    /** Makes ready what is to be sent for this model. */
    Future<Void> prepare() {
        return Future.succeededFuture();
    }

    /** The next attempt goes to this server. */
    abstract void asking(Server server);

    /** No further server will need the request. */
    abstract void answered();

    /** Whether a second server may be asked while the first does not answer. */
    boolean hedgeable() {
        return false;
    }

    /** Whether another server may begin anew after an answer that broke off. */
    boolean startsOver() {
        return false;
    }

    /**
     * An answer broke off: whether another server goes on. What it is to be asked is ready then;
     * otherwise whoever asked has been told.
     *
     * @param reason why the server broke off
     */
    Future<Boolean> resumes(String reason) {
        return Future.succeededFuture(startsOver());
    }

    /** The gateway is stopping and waits no longer; from any thread. */
    abstract void stop();

    /** Whether it takes a server's time, so that it needs a place there. */
    boolean occupies() {
        return true;
    }

    /** How urgent it is. */
    Priority priority() {
        return Priority.NORMAL;
    }

    /** Whose it is, among those that take turns. */
    String key() {
        return "";
    }

    /** How long its client waits until an answer begins; empty where it does not say. */
    Optional<Duration> deadline() {
        return Optional.empty();
    }

    /**
     * How much is left until a limit that holds whatever servers do.
     *
     * @param total from the request's beginning to the answer's end; empty = any time
     * @param unanswered whether the client's own deadline holds too
     */
    final Duration left(Optional<Duration> total, boolean unanswered) {
        Duration ofTotal = total.map(all -> all.minusNanos(elapsedNanos())).orElse(FOREVER);
        Duration ofClient =
                deadline()
                        .filter(_ -> unanswered)
                        .map(until -> until.minusNanos(System.nanoTime() - searchedNanos))
                        .orElse(FOREVER);
        return ofTotal.compareTo(ofClient) < 0 ? ofTotal : ofClient;
    }

    /** What makes a server load its model as this needs it. */
    LoadRequest load(Holding holding) {
        return new LoadRequest(spelling(), false, null);
    }

    /** Whether it may go to every server that holds its model. */
    boolean goesAnywhere() {
        return allow().equals(Allow.ALL);
    }

    /** It waited so long for a place. */
    void waited(long millis, int ahead) {}

    /** It waits for a place: this gives the wait up. */
    final void waitingFor(Runnable leave) {
        this.leave = leave;
        if (gone) {
            leave.run();
        }
    }

    /** Whoever asked has left: whatever is being done for them stops at once. */
    final void clientGone() {
        gone = true;
        leave.run();
        if (attempt != null) {
            attempt.clientGone();
        }
        if (rival != null) {
            rival.clientGone();
        }
    }

    /** The gateway waits no longer for the end of an answer that has begun. */
    final void interrupt(String reason) {
        if (attempt != null) {
            attempt.interrupt(reason);
        }
    }

    /** Whether nobody waits for an answer any more. */
    final boolean gone() {
        return gone;
    }

    /** Of the attempts for the model that is asked for now. */
    final Failures failures() {
        return failures;
    }

    /** Those of the models before it, and its own. */
    final List<Failures> allFailures() {
        List<Failures> all = new ArrayList<>(earlier);
        all.add(failures);
        return all;
    }

    final int brokenOn() {
        int broken = failures.brokenOn();
        for (Failures each : earlier) {
            broken += each.brokenOn();
        }
        return broken;
    }

    /** Each model gets its own look at the servers. */
    final void nextFailures() {
        earlier.add(failures);
        failures = new Failures();
    }

    /** What a choice of its server has to know of it. */
    Ask ask(Selection selection) {
        return selection.ask(model(), PromptBlocks.NONE, true, 0);
    }

    /** Whether the answer comes bit by bit, so that its first byte tells of its first token. */
    boolean streams() {
        return false;
    }

    /** This is the server of the next attempt, and what it was chosen for. */
    void chosen(Place.Reserved place) {}

    /** What its server counted, once the answer has ended. */
    void counted(Usage usage) {}

    final void attempting(Attempt next, Server server) {
        leave = () -> {};
        attempt = next;
        rival = null;
        attempts++;
        asking(server);
    }

    /** A second server is asked beside the first. */
    final void alsoAttempting(Attempt second) {
        rival = second;
        attempts++;
    }

    /** Of two that are asked, this one answers. */
    final void ahead(Attempt first, Server server) {
        attempt = first;
        rival = null;
        asking(server);
    }

    final int attempts() {
        return attempts;
    }

    final long elapsedNanos() {
        return System.nanoTime() - startedNanos;
    }

    /** An answer that had begun was worth its time: the next server gets as much as it had. */
    final void startOver() {
        searchedNanos = System.nanoTime();
        workedNanos = 0;
    }

    /** A server had it for so long, and does not answer. */
    final void worked(long nanos) {
        workedNanos += nanos;
    }

    /** How long a server has been looked for, without the time for which one had it. */
    final long searchingNanos() {
        return System.nanoTime() - searchedNanos - workedNanos;
    }
}
