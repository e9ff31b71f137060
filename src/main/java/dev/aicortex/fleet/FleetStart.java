package dev.aicortex.fleet;

import dev.aicortex.config.CortexConfig;
import dev.aicortex.config.Keys;
import dev.aicortex.config.LiveConfig;
import dev.aicortex.config.ServerEntry;
import dev.aicortex.config.Values;
import dev.aicortex.model.ServerUrl;
import dev.aicortex.model.Simulator;
import dev.aicortex.model.ValidationException;
import dev.aicortex.ollama.OllamaConnections;
import dev.aicortex.ollama.ServerAccess;
import io.quarkus.runtime.LaunchMode;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.configuration.ConfigurationException;
import jakarta.annotation.PreDestroy;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.interceptor.Interceptor;
import java.net.URI;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.eclipse.microprofile.config.ConfigProvider;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Decides which servers stand behind the gateway, at the start and with a new configuration. */
@ApplicationScoped
public class FleetStart implements LiveConfig.Part {
    private static final Logger LOG = Logger.getLogger(FleetStart.class);

    private final CortexConfig config;
    private final ServerList list;
    private final Fleet fleet;
    private final OllamaConnections connections;
    private final ServerList.LastKnown lastKnown;
    private final ServerAccess access;

    /** Of servers that were added at run time: the catalogue goes on to name one that has gone. */
    private final Set<URI> everAdded = new HashSet<>();

    private Simulator.@Nullable RunningFleet simulated;

    FleetStart(
            CortexConfig config,
            ServerList list,
            Fleet fleet,
            OllamaConnections connections,
            ServerList.LastKnown lastKnown,
            ServerAccess access) {
        this.config = config;
        this.list = list;
        this.fleet = fleet;
        this.connections = connections;
        this.lastKnown = lastKnown;
        this.access = access;
    }

    /** Before the scheduler, which would read a wrong interval first. */
    void check(@Observes @Priority(Interceptor.Priority.PLATFORM_BEFORE - 1) StartupEvent event) {
        inOneLine(() -> {
            Keys.check(ConfigProvider.getConfig().getPropertyNames());
            Values.check(config);
        });
    }

    void onStart(@Observes @Priority(Interceptor.Priority.LIBRARY_BEFORE) StartupEvent event) {
        inOneLine(this::start);
    }

    private void start() {
        List<ServerUrl> servers = wantsSimulation() ? simulate() : list.servers(config, access);
        access.check(servers);
        Allow.check(config, servers);
        fleet.start(servers, lastKnown);
    }

    @Override
    public Runnable prepared(CortexConfig next) {
        return prepared(next, Set.of());
    }

    @Override
    public Runnable prepared(CortexConfig next, Set<String> added) {
        ServerAccess others = new ServerAccess(next);
        List<ServerEntry> beside =
                ServerEntry.all(next).stream()
                        .filter(entry -> added.contains(entry.key() + ".url"))
                        .toList();
        List<ServerUrl> servers = servers(next, others, beside);
        others.check(servers);
        Allow.check(next, servers);
        return () -> {
            beside.forEach(entry -> entry.url().map(ServerUrl::base).ifPresent(everAdded::add));
            access.take(others);
            fleet.take(servers, next, lastKnown);
        };
    }

    /** What is added takes the place of simulated servers, but not of the one on localhost. */
    private List<ServerUrl> servers(
            CortexConfig next, ServerAccess others, List<ServerEntry> added) {
        Simulator.RunningFleet made = simulated;
        if (made != null) {
            return list.configured(next) ? list.servers(next, others) : made.servers();
        }
        return list.namesOnly(added, next)
                ? list.beside(added, everAdded, next, others)
                : list.servers(next, others);
    }

    private static void inOneLine(Runnable step) {
        try {
            step.run();
        } catch (ValidationException e) {
            // Quarkus prints this kind without a stack trace
            throw new ConfigurationException(e.text());
        }
    }

    /** Whether the servers are simulated ones. */
    public boolean simulated() {
        return simulated != null;
    }

    /** In production only on request: a typing error must not put made-up answers before people. */
    private boolean wantsSimulation() {
        return !list.configured(config)
                && (config.demo()
                        || (LaunchMode.current().isDevOrTest()
                                && !connections.answers(ServerList.byDefault(config))));
    }

    private List<ServerUrl> simulate() {
        simulated = Simulator.load().demo();
        List<ServerUrl> urls = simulated.servers();
        LOG.infof("no server is configured: a simulated fleet answers, made-up text from %s", urls);
        return urls;
    }

    @PreDestroy
    void stop() {
        if (simulated != null) {
            simulated.close();
        }
    }
}
