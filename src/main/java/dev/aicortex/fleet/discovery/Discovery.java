package dev.aicortex.fleet.discovery;

import dev.aicortex.config.CortexConfig;
import dev.aicortex.config.Origin;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Instance;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Starts what looks for servers, where it is wanted. */
@ApplicationScoped
public class Discovery {
    private final CortexConfig config;
    private final Instance<KubernetesSearch> kubernetes;
    private final Instance<DnsSearch> dns;
    private final List<Search> searches = new ArrayList<>();
    private volatile boolean looked = true;

    /** Finds servers until it is stopped, on a thread of its own. */
    interface Search {
        /**
         * Begins.
         *
         * @return done when what it found first has been probed, or when nobody answered it
         */
        CompletableFuture<Void> start();

        void stop();
    }

    Discovery(CortexConfig config, Instance<KubernetesSearch> kubernetes, Instance<DnsSearch> dns) {
        this.config = config;
        this.kubernetes = kubernetes;
        this.dns = dns;
    }

    /** The fleet has started before. */
    void start(@Observes StartupEvent event) {
        if (!Origin.discover(config)) {
            return;
        }
        looked = false;
        if (Origin.inKubernetes(config)) {
            searches.add(kubernetes.get());
        }
        if (config.discovery().dns().isPresent()) {
            searches.add(dns.get());
        }
        CompletableFuture<?>[] first =
                searches.stream().map(Search::start).toArray(CompletableFuture<?>[]::new);
        CompletableFuture<Void> _ = CompletableFuture.allOf(first).thenRun(() -> looked = true);
    }

    void stop(@Observes ShutdownEvent event) {
        searches.forEach(Search::stop);
    }

    /** Whether what there was at the start has been found, or nobody could be asked for it. */
    public boolean looked() {
        return looked;
    }
}
