package dev.aicortex.http.events;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.aicortex.fleet.Condition;
import dev.aicortex.fleet.Health;
import dev.aicortex.fleet.Server;
import dev.aicortex.fleet.ServerState;
import dev.aicortex.gateway.watch.Numbers;
import dev.aicortex.gateway.watch.ServerPace;
import dev.aicortex.ollama.RunningModel;
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
        Condition condition = Condition.of(of, beside.waking, beside.waiting > 0);
        return new ServerView(
                server.url().toString(),
                server.name().isEmpty() ? server.url().authority() : server.name(),
                server.url().toString(),
                condition.state(),
                condition.reason().isEmpty() ? null : condition.reason(),
                since(of.health()),
                of.version(),
                server.labels().stream().sorted().toList(),
                server.priority(),
                server.weight(),
                of.models().size(),
                of.running().stream().map(Running::of).toList(),
                server.inFlight(),
                server.limit(),
                beside.waiting,
                pace == null ? 0 : Numbers.tenths(pace.tokensASecond(now)),
                server.strikes(),
                server.draining(),
                failure == null ? null : failure.reason(),
                failure == null ? null : failure.at().toString(),
                beside.added,
                null);
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
