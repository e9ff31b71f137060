package dev.aicortex.fleet;

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
import java.util.function.BiConsumer;
import org.eclipse.microprofile.faulttolerance.exceptions.CircuitBreakerOpenException;
import org.jspecify.annotations.Nullable;

/** Asks one server for its models; whoever asks meanwhile shares the one probe that runs. */
final class Probe {
    private final Server server;
    private final ControlCalls control;
    private final Clock clock;
    private @Nullable Future<Void> running;
    private Instant endedAt = Instant.MIN;
    private volatile boolean wanted;
    private volatile Instant began = Instant.MIN;

    /** What a probe found. */
    sealed interface Result {}

    record Answered(TagList list, String version, List<RunningModel> running) implements Result {}

    record Failed(String reason) implements Result {}

    record NotAsked() implements Result {}

    Probe(Server server, ControlCalls control, Clock clock) {
        this.server = server;
        this.control = control;
        this.clock = clock;
    }

    /** Asks for a probe that begins after now. */
    void want() {
        wanted = true;
    }

    /** When the last one began. */
    Instant began() {
        return began;
    }

    boolean wanted() {
        return wanted;
    }

    /** Probes unless the last probe ended less than {@code maxAge} ago. */
    synchronized Future<Void> run(Duration maxAge, BiConsumer<Server, Result> found) {
        if (running != null) {
            return running;
        }
        if (clock.instant().isBefore(plus(endedAt, maxAge))) {
            return Future.succeededFuture();
        }
        Promise<Void> promise = Promise.promise();
        running = promise.future();
        wanted = false;
        began = clock.instant();
        ask().subscribe().with(result -> ended(result, found, promise));
        return promise.future();
    }

    /** The same by a probe that begins after this call. */
    synchronized Future<Void> runAfresh(BiConsumer<Server, Result> found) {
        return running == null
                ? run(Duration.ZERO, found)
                : running.compose(_ -> run(Duration.ZERO, found));
    }

    private static Instant plus(Instant time, Duration age) {
        return time.equals(Instant.MIN) ? time : time.plus(age);
    }

    private Uni<Result> ask() {
        return Uni.createFrom()
                .deferred(this::tags)
                .chain(this::described)
                .onFailure()
                .recoverWithItem(Probe::failed);
    }

    private Uni<TagList> tags() {
        return control.tags(server.url());
    }

    private Uni<Result> described(TagList tags) {
        return Uni.combine()
                .all()
                .unis(version(), running())
                .with((version, running) -> new Answered(tags, version, running));
    }

    /** A server that does not tell is no worse for it, unless it tells without an end. */
    private Uni<List<RunningModel>> running() {
        return control.running(server.url())
                .map(RunningList::running)
                .onFailure(failure -> !UnreachableException.tooLong(failure))
                .recoverWithItem(List.<RunningModel>of());
    }

    private Uni<String> version() {
        return control.version(server.url())
                .map(answer -> answer.version() == null ? "" : answer.version());
    }

    /** A call that the breaker prevented has found nothing. */
    private static Result failed(Throwable failure) {
        return failure.getCause() instanceof CircuitBreakerOpenException
                ? new NotAsked()
                : new Failed(reason(failure));
    }

    private static String reason(Throwable failure) {
        String text = failure.getMessage();
        return text != null ? text : FailureText.of(failure);
    }

    private void ended(Result result, BiConsumer<Server, Result> found, Promise<Void> promise) {
        found.accept(server, result);
        synchronized (this) {
            endedAt = result instanceof NotAsked ? endedAt : clock.instant();
            running = null;
        }
        promise.complete();
    }
}
