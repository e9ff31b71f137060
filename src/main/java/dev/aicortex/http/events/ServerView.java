package dev.aicortex.http.events;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.aicortex.fleet.Health;
import dev.aicortex.fleet.Rest;
import dev.aicortex.fleet.Server;
import dev.aicortex.fleet.ServerState;
import dev.aicortex.gateway.watch.ServerPace;
import dev.aicortex.ollama.RunningModel;
import io.smallrye.faulttolerance.api.CircuitBreakerState;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One server at one moment, as a person wants to see it.
 *
 * @param id its address, which no other server has
 * @param name its own in the configuration, else host and port
 * @param state {@code up}, {@code waiting}, {@code doubtful}, {@code breaker_open}, {@code
 *     draining}, {@code waking}, {@code asleep}, {@code down} or {@code unknown}
 * @param reason why it is not just up; absent when it is
 * @param since when its health last changed, RFC 3339; absent while unknown
 * @param models how many it holds
 * @param running those in its memory
 * @param places how many requests it is given at once
 * @param waiting requests that wait and could go there
 * @param tokensPerSecond of the last minute, in tenths
 * @param draining whether it gets no new requests, whatever its state
 * @param lastError why an attempt failed there last; absent where none did
 * @param added whether it was added at run time, so that it may be removed
 * @param history of first tokens; absent in a change
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record ServerView(
        String id,
        String name,
        String url,
        String state,
        @Nullable String reason,
        @Nullable String since,
        String version,
        List<String> labels,
        int priority,
        double weight,
        int models,
        List<Running> running,
        @JsonProperty("in_flight") int inFlight,
        int places,
        int waiting,
        @JsonProperty("tokens_per_second") double tokensPerSecond,
        int strikes,
        boolean draining,
        @JsonProperty("last_error") @Nullable String lastError,
        @JsonProperty("last_error_at") @Nullable String lastErrorAt,
        boolean added,
        ServerPace.@Nullable History history) {
    /**
     * A model in memory.
     *
     * @param size bytes in all
     * @param vram those of them on GPUs
     * @param context its length in tokens; absent where the server does not say
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Running(
            String model,
            @JsonProperty("size_bytes") long size,
            @JsonProperty("vram_bytes") long vram,
            @Nullable Integer context) {
        static Running of(RunningModel model) {
            return new Running(
                    model.label(), model.size(), model.sizeVram(), model.contextLength());
        }
    }

    /** A state and why. */
    private record Condition(String state, @Nullable String reason) {}

    /**
     * What is known of a server beside its state.
     *
     * @param waiting requests that wait and could go there
     * @param pace null where it was not asked yet
     */
    record Beside(int waiting, @Nullable ServerPace pace, boolean waking, boolean added) {}

    static ServerView of(ServerState of, Beside beside, long now) {
        Server server = of.server();
        ServerPace pace = beside.pace;
        ServerPace.Failure failure = pace == null ? null : pace.failure();
        int inFlight = server.inFlight();
        int places = server.limit();
        Condition condition = condition(of, beside, inFlight, places);
        return new ServerView(
                server.url().toString(),
                server.name().isEmpty() ? server.url().authority() : server.name(),
                server.url().toString(),
                condition.state,
                condition.reason,
                since(of.health()),
                of.version(),
                server.labels().stream().sorted().toList(),
                server.priority(),
                server.weight(),
                of.models().size(),
                of.running().stream().map(Running::of).toList(),
                inFlight,
                places,
                beside.waiting,
                pace == null ? 0 : tenths(pace.tokensASecond(now)),
                server.strikes(),
                server.draining(),
                failure == null ? null : failure.reason(),
                failure == null ? null : failure.at().toString(),
                beside.added,
                null);
    }

    private static Condition condition(ServerState of, Beside beside, int inFlight, int places) {
        return switch (of.health()) {
            case Health.Unknown _ -> new Condition("unknown", "not probed yet");
            case Health.Down down -> new Condition("down", down.reason());
            case Health.Asleep _ when beside.waking ->
                    new Condition("waking", "a request needs it, and its machine is being woken");
            case Health.Asleep asleep -> new Condition("asleep", asleep.reason());
            case Health.Up _ -> up(of.server(), beside, inFlight, places);
        };
    }

    /** Of several the one that keeps most requests away. */
    private static Condition up(Server server, Beside beside, int inFlight, int places) {
        if (server.draining()) {
            return new Condition(
                    "draining",
                    inFlight == 0
                            ? "it gets no new requests, and works on none"
                            : "it gets no new requests; still running: " + inFlight);
        }
        if (beside.waking) {
            return new Condition("waking", "a request needs it, and it was about to sleep");
        }
        if (server.rest().stage() != Rest.Stage.AWAKE) {
            return new Condition("asleep", "nobody has needed it for long: it is about to sleep");
        }
        if (server.breakerState() != CircuitBreakerState.CLOSED) {
            return new Condition(
                    "breaker_open", "too many requests failed there: it gets none for a moment");
        }
        if (server.doubtful()) {
            return new Condition(
                    "doubtful",
                    server.strikes() == 0
                            ? "it said a moment ago that it is busy"
                            : "it failed lately and has not answered since");
        }
        return inFlight >= places && beside.waiting > 0
                ? new Condition("waiting", "all its places are taken, and requests wait")
                : new Condition("up", null);
    }

    private static @Nullable String since(Health health) {
        Instant since =
                switch (health) {
                    case Health.Unknown _ -> null;
                    case Health.Up up -> up.since();
                    case Health.Down down -> down.since();
                    case Health.Asleep asleep -> asleep.since();
                };
        return since == null ? null : since.toString();
    }

    static double tenths(double value) {
        return Math.round(value * 10) / 10.0;
    }

    ServerView with(ServerPace.History known) {
        return new ServerView(
                id,
                name,
                url,
                state,
                reason,
                since,
                version,
                labels,
                priority,
                weight,
                models,
                running,
                inFlight,
                places,
                waiting,
                tokensPerSecond,
                strikes,
                draining,
                lastError,
                lastErrorAt,
                added,
                known);
    }
}
