package dev.aicortex.fleet.observed;

import dev.aicortex.model.ServerUrl;
import dev.aicortex.ollama.ControlCalls;
import dev.aicortex.ollama.FailureText;
import dev.aicortex.ollama.RunningList;
import dev.aicortex.ollama.RunningModel;
import dev.aicortex.ollama.TagList;
import dev.aicortex.ollama.UnreachableException;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.eclipse.microprofile.faulttolerance.exceptions.CircuitBreakerOpenException;
import org.jspecify.annotations.Nullable;

/** Asks one server for its models; whoever asks meanwhile shares the one probe that runs. */
public final class Probe {
    private final Supplier<ServerUrl> server;
    private final ControlCalls control;
    private final Clock clock;
    private final Consumer<Result> found;
    private @Nullable Future<Void> running;
    private Instant endedAt = Instant.MIN;
    private volatile boolean wanted;
    private volatile Instant began = Instant.MIN;

    /** What a probe found. */
    public sealed interface Result {}

    public record Answered(TagList list, String version, List<RunningModel> running)
            implements Result {}

    public record Failed(String reason) implements Result {}

    public record NotAsked() implements Result {}

    /**
     * @param server its address, with the credentials that it has at the moment
     */
    public Probe(
            Supplier<ServerUrl> server, ControlCalls control, Clock clock, Consumer<Result> found) {
        this.server = server;
        this.control = control;
        this.clock = clock;
        this.found = found;
    }

    /** Asks for a probe that begins after now. */
    public void want() {
        wanted = true;
    }

    /** When the last one began. */
    public Instant began() {
        return began;
    }

    public boolean wanted() {
        return wanted;
    }

    /** Probes unless the last probe ended less than {@code maxAge} ago. */
    public synchronized Future<Void> run(Duration maxAge) {
        if (running != null) {
            return running;
        }
        if (clock.instant().isBefore(endedAt.plus(maxAge))) {
            return Future.succeededFuture();
        }
        Promise<Void> promise = Promise.promise();
        running = promise.future();
        wanted = false;
        began = clock.instant();
        Uni.createFrom()
                .deferred(() -> control.tags(server.get()))
                .chain(this::described)
                .onFailure()
                .recoverWithItem(Probe::failed)
                .subscribe()
                .with(result -> ended(result, promise));
        return promise.future();
    }

    /** The same by a probe that begins after this call. */
    public synchronized Future<Void> runAfresh() {
        return running == null ? run(Duration.ZERO) : running.compose(_ -> run(Duration.ZERO));
    }

    /** A server that does not tell what runs is no worse for it, unless it tells without an end. */
    private Uni<Result> described(TagList tags) {
        Uni<List<RunningModel>> running =
                control.running(server.get())
                        .map(RunningList::running)
                        .onFailure(failure -> !UnreachableException.tooLong(failure))
                        .recoverWithItem(List.<RunningModel>of());
        return Uni.combine()
                .all()
                .unis(control.version(server.get()), running)
                .with((told, models) ->
                        new Answered(tags, Objects.requireNonNullElse(told.version(), ""), models));
    }

    /** A call that the breaker prevented has found nothing. */
    private static Result failed(Throwable failure) {
        if (failure.getCause() instanceof CircuitBreakerOpenException) {
            return new NotAsked();
        }
        String message = failure.getMessage();
        return new Failed(message == null ? FailureText.of(failure) : message);
    }

    private void ended(Result result, Promise<Void> promise) {
        found.accept(result);
        synchronized (this) {
            endedAt = result instanceof NotAsked ? endedAt : clock.instant();
            running = null;
        }
        promise.complete();
    }
}
