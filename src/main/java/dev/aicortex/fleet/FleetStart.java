package dev.aicortex.fleet;

import dev.aicortex.config.CortexConfig;
import dev.aicortex.config.Keys;
import dev.aicortex.config.LiveConfig;
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
import java.util.List;
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
        ServerAccess others = new ServerAccess(next);
        Simulator.RunningFleet made = simulated;
        List<ServerUrl> servers =
                made != null && !list.configured(next)
                        ? made.servers()
                        : list.servers(next, others);
        others.check(servers);
        Allow.check(next, servers);
        return () -> {
            access.take(others);
            fleet.take(servers, next, lastKnown);
        };
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
