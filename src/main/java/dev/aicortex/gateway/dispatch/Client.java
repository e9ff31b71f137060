package dev.aicortex.gateway.dispatch;

import dev.aicortex.dialect.Usage;
import dev.aicortex.fleet.Reply;
import dev.aicortex.fleet.Server;
import dev.aicortex.gateway.cache.Detour;
import dev.aicortex.gateway.cache.Kept;
import dev.aicortex.gateway.metrics.Account;
import dev.aicortex.model.CortexException;
import dev.aicortex.model.ServerException;
import dev.aicortex.relay.Rewriting;
import dev.aicortex.relay.Sink;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerRequest;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Whoever sent a request, as its {@link Dispatch} sees it: a client over HTTP, or a chat of this
 * process. Confined to the request's event loop. The futures are done when whoever asked has been
 * told; they never fail.
 */
public interface Client extends Sink {
    /** What the request uses. */
    Account account();

    /** The request as it came over HTTP; null for a chat of this process. */
    default @Nullable HttpServerRequest http() {
        return null;
    }

    /** What its client knows the request by; empty where it has no such name. */
    default String id() {
        return "";
    }

    /** What tells the request apart in a log: nothing of what is asked. */
    String label(String model);

    /** It waited so long in the queue, behind so many. */
    default void waited(long millis, int ahead) {}

    /** A server is asked with this reservation, or answers; told before {@link #asking}. */
    default void chosen(Reservation reservation) {}

    /** This server is asked for this model, or is the one that answers. */
    void asking(Server server, String model, int attempts);

    /** Whether there is to be a record of it; not of a part of another request. */
    default boolean recorded() {
        return true;
    }

    /** How the next answer changes on its way, which is also how it is read here. */
    default Rewriting rewriting(Rewriting plan) {
        return plan;
    }

    /** Another server is to go on with the answer, for so many times. */
    default void resumed(int times) {}

    /**
     * An answer of a server has ended, whole or broken off.
     *
     * @param usage as the server counted it; nothing where it did not come that far
     */
    default void counted(Usage usage, boolean whole) {}

    /**
     * Whether it sees nothing of an answer before that is whole, so that another server may begin
     * anew after one that broke off.
     */
    default boolean startsOver() {
        return false;
    }

    /**
     * Whether a second server may be asked for it beside the first: nothing has been sent to it,
     * neither an answer nor a heartbeat.
     */
    default boolean hedgeable() {
        return false;
    }

    /**
     * There will be no answer.
     *
     * @param attempts servers that were asked
     * @param retriable whether it makes sense to send the request again
     */
    Future<Void> refuse(CortexException error, int attempts, boolean retriable);

    /** A server's own words: the request is at fault. */
    Future<Void> reject(Reply reply);

    /** The words of the only server that was asked, which do not show whose fault it is. */
    Future<Void> unclear(Reply reply);

    /** A server's short answer to a request that needs no more. */
    default Future<Void> answer(Reply reply) {
        return reject(reply);
    }

    /** An answer that no server gives now; only a client that came by a {@link Detour} gets one. */
    default Future<Void> replay(Kept kept) {
        return answer(new Reply(Kept.STATUS, kept.contentType(), kept.bytes()));
    }

    /** The answer has begun, and no other server goes on with it. */
    default Future<Void> interrupt(String reason) {
        return refuse(ServerException.exhausted(reason), 1, true);
    }

    /** Whether it is to be told now what its request waits for, by {@link #progress}. */
    default boolean wantsProgress(long now) {
        return false;
    }

    /**
     * What its request waits for.
     *
     * @param words empty while that has no name
     */
    default void progress(long now, String words) {}

    /**
     * A wake or a pull is under way, which may take minutes.
     *
     * @param words what it is; empty once it is over
     */
    default void standsBy(Supplier<String> words) {}

    /** Time has passed. */
    default void tick(long now) {}

    /** The request has come to its end. */
    default void finish(boolean streamed, long elapsedNanos) {}
}
