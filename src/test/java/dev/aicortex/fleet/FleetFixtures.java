package dev.aicortex.fleet;

import dev.aicortex.fleet.observed.Speeds;
import dev.aicortex.fleet.observed.Typical;
import dev.aicortex.model.ServerUrl;
import dev.aicortex.ollama.RunningModel;
import dev.aicortex.testing.TestConfig;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/** Servers for tests outside this package. */
public final class FleetFixtures {
    private FleetFixtures() {}

    public static Server server(int position) {
        return server(position, Clock.systemUTC());
    }

    static Server server(int position, Clock clock) {
        return server(position, clock, new Typical());
    }

    static Server server(int position, Clock clock, Typical typical) {
        return server(position, clock, typical, Map.of());
    }

    /** At this address. */
    public static Server server(String url, Clock clock) {
        return new Server(ServerUrl.of(url), 0, TestConfig.of(Map.of()), clock, new Typical());
    }

    /** With these keys set. */
    public static Server server(
            int position, Clock clock, Typical typical, Map<String, String> keys) {
        ServerUrl url = ServerUrl.of("http://server-%d:11434".formatted(position));
        return new Server(url, position, TestConfig.of(keys), clock, typical);
    }

    /** A probe told this version. */
    public static void runs(Server server, String version) {
        server.runs(version);
    }

    /** An answer took so long. */
    public static void learned(Holding holding, Speeds.Timing timing) {
        holding.learn(timing);
    }

    /** A request is given to the server, whether it has a place for it or not. */
    public static Job started(Server server, Holding holding, PromptBlocks prompt) {
        holding.reserveAnyway();
        return server.start(holding, prompt);
    }

    /** A probe saw these models in the server's memory, and these contents on its disk. */
    public static void listed(Server server, Set<String> contents, List<RunningModel> running) {
        server.listed(contents, running);
    }

    /** A prompt of blocks of 100 bytes, each letter another one. */
    public static PromptBlocks prompt(String letters) {
        long[] hashes = new long[letters.length()];
        for (int i = 0; i < hashes.length; i++) {
            hashes[i] = letters.substring(0, i + 1).hashCode() * 31L + i;
        }
        return new PromptBlocks(
                hashes, IntStream.rangeClosed(1, hashes.length).map(i -> i * 100).toArray());
    }

    public static FleetSnapshot snapshot(List<ServerState> states) {
        return FleetSnapshot.of(states, null, Pools.Rules.NONE);
    }

    /** Its machine may be woken at once, whatever came of it before. */
    public static void rested(Server server) {
        boolean _ = server.rest().go(Rest.Stage.AWAKE, Rest.Stage.TOLD);
        server.rest().gone();
    }

    /** Forgets what earlier tests did to the servers, and probes them all. */
    public static void reset(Fleet fleet) {
        for (ServerState state : fleet.snapshot().states()) {
            state.server().probed(true);
            state.server().finished();
        }
        fleet.refresh(fleet.snapshot().states(), Duration.ZERO)
                .toCompletionStage()
                .toCompletableFuture()
                .join();
    }
}
