package dev.aicortex.testing;

import dev.aicortex.config.CortexConfig;
import dev.aicortex.config.ServerEntry;
import dev.aicortex.fleet.ServerList;
import dev.aicortex.model.ServerUrl;
import dev.aicortex.ollama.ServerAccess;
import dev.aicortex.simulator.Fault;
import dev.aicortex.simulator.Settings;
import dev.aicortex.simulator.SimulatedFleet;
import dev.aicortex.simulator.SimulatedModel;
import dev.aicortex.simulator.SimulatedServer;
import io.quarkus.test.Mock;
import io.vertx.core.Vertx;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.ConfigProvider;

/** Stands in for the configured servers: three simulated ones that a test can break. */
@Mock
@ApplicationScoped
public class TestFleet extends ServerList {
    /** A model that all three hold, another that only the first has. */
    public static final String MODEL = "llama3.2:3b";

    public static final String FIRST_ONLY = "gemma3:270m";

    /** The key by which a profile sets how long models load. */
    public static final String LOAD_TIME = "test.load-time";

    /** Set to URLs, with commas between, when a test has servers of its own. */
    static final String OTHERS = "test.servers";

    private static final int PARALLEL = 2_000;

    private final Vertx vertx = Vertx.vertx();
    private final SimulatedFleet fleet;

    protected TestFleet() {
        super(null, null, null); // only what is overridden below is called
        this.fleet =
                SimulatedFleet.start(
                        vertx,
                        List.of(
                                settings(
                                        "first",
                                        List.of(SimulatedModel.llama32(), SimulatedModel.gemma3())),
                                settings("second", List.of(SimulatedModel.llama32())),
                                settings("third", List.of(SimulatedModel.llama32()))));
    }

    private static Settings settings(String name, List<SimulatedModel> models) {
        return Settings.defaults()
                .withName(name)
                .withModels(models)
                .withTokensPerAnswer(12)
                .withParallel(PARALLEL)
                .withLoadTime(loadTime());
    }

    /** None, unless a profile wants one. */
    private static Duration loadTime() {
        return ConfigProvider.getConfig()
                .getOptionalValue(LOAD_TIME, Duration.class)
                .orElse(Duration.ZERO);
    }

    /** The simulated ones, or those of the test, and those that the configuration names. */
    @Override
    public List<ServerUrl> servers(CortexConfig config, ServerAccess access) {
        List<ServerUrl> first =
                ConfigProvider.getConfig()
                        .getOptionalValues(OTHERS, String.class)
                        .map(urls -> urls.stream().map(ServerUrl::of).toList())
                        .orElseGet(this::simulated);
        Map<URI, ServerUrl> all = new LinkedHashMap<>();
        Stream<ServerUrl> named =
                ServerEntry.all(config).stream()
                        .filter(ServerEntry::defines)
                        .flatMap(entry -> entry.url().stream());
        Stream.concat(first.stream(), named).forEach(url -> all.putIfAbsent(url.base(), url));
        return all.values().stream().map(access::authorized).toList();
    }

    private List<ServerUrl> simulated() {
        return fleet.urls().stream().map(url -> ServerUrl.of(url.toString())).toList();
    }

    @Override
    public boolean configured(CortexConfig config) {
        return true;
    }

    @Override
    public boolean namesOnly(List<ServerEntry> entries, CortexConfig config) {
        return false;
    }

    public SimulatedServer first() {
        return fleet.servers().get(0);
    }

    public List<SimulatedServer> all() {
        return fleet.servers();
    }

    /** The same fault on every server. */
    public void faultEverywhere(Fault fault) {
        all().forEach(server -> server.fault(fault));
    }

    /** A fault for the next requests, so many, whichever servers get them. */
    public void faultNext(Fault fault, int requests) {
        fleet.fault(fault, requests);
    }

    /** Ends all faults and puts the model lists back. */
    public void heal() {
        faultEverywhere(Fault.none());
        all().forEach(server -> server.createStatus(0));
        all().forEach(server -> server.models(List.of(SimulatedModel.llama32())));
        first().models(List.of(SimulatedModel.llama32(), SimulatedModel.gemma3()));
    }

    @PreDestroy
    void stop() {
        fleet.close();
        vertx.close();
    }
}
