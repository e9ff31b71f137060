package dev.aicortex.simulator;

import io.vertx.core.Vertx;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** Several simulated servers. */
public final class SimulatedFleet implements AutoCloseable {
    private static final double READING_PACE = 40;

    private final List<SimulatedServer> servers;

    private SimulatedFleet(List<SimulatedServer> servers) {
        this.servers = servers;
    }

    /** One server for each of these settings. */
    public static SimulatedFleet start(Vertx vertx, List<Settings> all) {
        List<SimulatedServer> servers = new ArrayList<>();
        all.forEach(settings -> servers.add(SimulatedServer.start(vertx, settings)));
        return new SimulatedFleet(List.copyOf(servers));
    }

    /** As many servers with the same settings, named by number. */
    public static SimulatedFleet start(Vertx vertx, int count, Settings each) {
        List<Settings> all = new ArrayList<>();
        for (int i = 1; i <= count; i++) {
            all.add(each.withName(each.name() + "-" + i));
        }
        return start(vertx, all);
    }

    /**
     * The fleet of the demonstration: all three servers hold {@code llama3.2:3b}, two {@code
     * qwen3:8b}, one {@code gemma3:270m} and one {@code nomic-embed-text}; they answer about 60
     * words at 40 a second and load a model in one.
     */
    public static SimulatedFleet demo(Vertx vertx) {
        SimulatedModel llama = SimulatedModel.llama32();
        SimulatedModel qwen = SimulatedModel.qwen3();
        return start(
                vertx,
                List.of(
                        demo("otter", List.of(llama, qwen)),
                        demo("heron", List.of(llama, qwen, SimulatedModel.gemma3())),
                        demo("badger", List.of(llama, SimulatedModel.nomicEmbedText()))));
    }

    public List<SimulatedServer> servers() {
        return servers;
    }

    public List<URI> urls() {
        return servers.stream().map(SimulatedServer::url).toList();
    }

    /** Does this to the next inference requests, so many, whichever servers get them. */
    public void fault(Fault fault, int requests) {
        AtomicLong left = new AtomicLong(requests);
        servers.forEach(server -> server.fault(fault, left));
    }

    /** Ends the faults of all its servers. */
    public void heal() {
        servers.forEach(server -> server.fault(Fault.none()));
    }

    @Override
    public void close() {
        servers.forEach(SimulatedServer::close);
    }

    private static Settings demo(String name, List<SimulatedModel> models) {
        return Settings.defaults()
                .withName(name)
                .withModels(models)
                .withTokensPerSecond(READING_PACE)
                .withTokensPerAnswer(60)
                .withLoadTime(Duration.ofSeconds(1));
    }
}
