package dev.aicortex.clients;

import static org.awaitility.Awaitility.await;

import dev.aicortex.simulator.Fault;
import dev.aicortex.simulator.ReceivedRequest;
import dev.aicortex.simulator.Settings;
import dev.aicortex.simulator.SimulatedFleet;
import dev.aicortex.simulator.SimulatedModel;
import dev.aicortex.simulator.SimulatedServer;
import io.vertx.core.Vertx;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;

/** Three simulated servers, set up anew for each check of a client. */
final class ClientFleet implements AutoCloseable {
    static final String CHAT = "llama3.2:3b";
    static final String EMBED = "nomic-embed-text";
    static final String SLASHED = "hf.co/user/repo:q4";

    /** What the next request that reaches a server meets there. */
    private static final Map<String, Fault> FAULTS =
            Map.of(
                    "none", Fault.none(),
                    "dies before the first byte", new Fault.CutReset(0),
                    "dies after the first byte", new Fault.CutClose(6),
                    "runner dies", new Fault.RunnerKilled(3),
                    "falls silent", new Fault.HangMidStream(3));

    private static final int IN_THE_MIDDLE = 6;
    private static final String TOLD = "server error: connection lost: the server broke off";

    /** How a break is told in each dialect, and in words that no dialect has for it. */
    private static final Map<String, String> TELLING =
            Map.of(
                    "chat",
                            "event: error\ndata: {\"error\":{\"message\":\"%s\",\"type\":\"server_error\",\"param\":null,\"code\":\"stream_interrupted\"}}\n\n",
                    "response",
                            "event: error\ndata: {\"type\":\"error\",\"code\":\"stream_interrupted\",\"message\":\"%1$s\",\"param\":null,\"error\":{\"message\":\"%1$s\",\"type\":\"server_error\",\"param\":null,\"code\":\"stream_interrupted\"}}\n\n",
                    "failed response",
                            "event: response.failed\ndata: {\"type\":\"response.failed\",\"sequence_number\":9,\"response\":{\"id\":\"resp_1\",\"object\":\"response\",\"created_at\":1,\"status\":\"failed\",\"model\":\"m\",\"output\":[],\"tools\":[],\"error\":{\"code\":\"stream_interrupted\",\"message\":\"%s\"}}}\n\n",
                    "message",
                            "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"api_error\",\"message\":\"%s\",\"code\":\"stream_interrupted\"}}\n\n",
                    "line", "{\"error\":\"%s\"}\n",
                    "whole line",
                            "{\"model\":\"llama3.2:3b\",\"created_at\":\"2026-11-28T13:39:55.138Z\",\"message\":{\"role\":\"assistant\",\"content\":\"\"},\"done\":false,\"error\":\"%s\"}\n");

    private static final Map<String, Fault.Finish> FINISHES =
            Map.of(
                    "clean end",
                    Fault.Finish.WELL,
                    "closed",
                    Fault.Finish.CLOSED,
                    "reset",
                    Fault.Finish.RESET);

    private final Vertx vertx = Vertx.vertx();
    private final SimulatedFleet fleet;
    private Map<SimulatedServer, Long> receivedBefore = Map.of();
    private long cancelledBefore;

    ClientFleet() {
        List<SimulatedModel> models =
                List.of(
                        SimulatedModel.named(CHAT),
                        SimulatedModel.nomicEmbedText(),
                        SimulatedModel.named(SLASHED));
        Settings each =
                Settings.defaults()
                        .withModels(models)
                        .withLoadTime(Duration.ZERO)
                        .withTokensPerSecond(100); // what breaks off has said something before
        fleet = SimulatedFleet.start(vertx, 3, each);
    }

    /** The servers' addresses, as the gateway's configuration takes them. */
    String servers() {
        return fleet.urls().stream().map(URI::toString).collect(Collectors.joining(","));
    }

    /** One of them, to be asked without the gateway. */
    String server() {
        return fleet.urls().getFirst().toString();
    }

    /** Begins a check whose first request meets this fault. */
    synchronized void begin(String fault) {
        fleet.heal();
        soon(() -> fleet.servers().stream().allMatch(s -> s.counters().inFlight() == 0));
        receivedBefore =
                fleet.servers().stream()
                        .collect(Collectors.toMap(s -> s, s -> posts(s).stream().count()));
        cancelledBefore = cancelled();
        fleet.fault(FAULTS.containsKey(fault) ? FAULTS.get(fault) : breaking(fault), 1);
    }

    /**
     * A break with an end after a word on it: {@code chat, closed}; or without one: {@code closed}.
     */
    private static Fault breaking(String name) {
        int comma = name.indexOf(", ");
        String told = comma < 0 ? "" : TELLING.get(name.substring(0, comma)).formatted(TOLD);
        String finish = comma < 0 ? name : name.substring(comma + 2);
        return new Fault.Breaks(IN_THE_MIDDLE, told, FINISHES.get(finish));
    }

    /** The POST requests that have reached the servers in this check; probes are none. */
    synchronized List<ReceivedRequest> received() {
        return receivedBefore.entrySet().stream()
                .flatMap(before -> posts(before.getKey()).stream().skip(before.getValue()))
                .toList();
    }

    /** Waits until a server has seen its client leave in this check. */
    synchronized void awaitCancelled() {
        soon(() -> cancelled() > cancelledBefore);
    }

    /** Looks often, since much here lasts only milliseconds. */
    private static void soon(Callable<Boolean> condition) {
        await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(5)).until(condition);
    }

    private long cancelled() {
        return fleet.servers().stream().mapToLong(s -> s.counters().cancelled()).sum();
    }

    private static List<ReceivedRequest> posts(SimulatedServer server) {
        return server.received().stream()
                .filter(request -> request.method().equals("POST"))
                .filter(request -> !request.uri().equals("/api/show"))
                .toList();
    }

    @Override
    public void close() {
        fleet.close();
        vertx.close();
    }
}
