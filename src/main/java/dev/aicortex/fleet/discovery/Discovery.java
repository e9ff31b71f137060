package dev.aicortex.fleet.discovery;

import dev.aicortex.config.CortexConfig;
import dev.aicortex.config.Origin;
import dev.aicortex.fleet.Fleet;
import dev.aicortex.fleet.ServersBeside;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Starts what looks for servers, where it is wanted; until then no class of theirs is loaded. */
@ApplicationScoped
public class Discovery {
    private final CortexConfig config;
    private final ServersBeside beside;
    private final Fleet fleet;
    private final LastLabels labels;
    private final Vertx vertx;
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

    /** What is done with the servers that a search knows now. */
    @FunctionalInterface
    interface Finding {
        /** Has the fleet these and no others of the search; done when each has been probed. */
        Future<Void> take(Collection<FoundServer> found);
    }

    Discovery(
            CortexConfig config,
            ServersBeside beside,
            Fleet fleet,
            LastLabels labels,
            Vertx vertx) {
        this.config = config;
        this.beside = beside;
        this.fleet = fleet;
        this.labels = labels;
        this.vertx = vertx;
    }

    /** The fleet has started before. */
    void start(@Observes StartupEvent event) {
        if (!Origin.discover(config)) {
            return;
        }
        looked = false;
        if (Origin.inKubernetes(config)) {
            Finding finding = found -> take(Origin.KUBERNETES, found);
            searches.add(new KubernetesSearch(config, finding, labels, vertx));
        }
        if (config.discovery().dns().isPresent()) {
            searches.add(new DnsSearch(config, found -> take(Origin.DNS, found)));
        }
        CompletableFuture<?>[] first =
                searches.stream().map(Search::start).toArray(CompletableFuture<?>[]::new);
        CompletableFuture<Void> _ = CompletableFuture.allOf(first).thenRun(() -> looked = true);
    }

    private Future<Void> take(Origin origin, Collection<FoundServer> found) {
        beside.take(origin, FoundServer.named(found));
        return fleet.refresh(fleet.snapshot().states(), Fleet.BELIEVED);
    }

    void stop(@Observes ShutdownEvent event) {
        searches.forEach(Search::stop);
    }

    /** Whether what there was at the start has been found, or nobody could be asked for it. */
    public boolean looked() {
        return looked;
    }
}
