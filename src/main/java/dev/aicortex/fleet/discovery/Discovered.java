package dev.aicortex.fleet.discovery;

import dev.aicortex.config.LiveConfig;
import dev.aicortex.config.Origin;
import dev.aicortex.fleet.Fleet;
import dev.aicortex.model.ValidationException;
import io.vertx.core.Future;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Collection;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;
import org.jboss.logging.Logger;

/** Puts what was discovered in force. */
@ApplicationScoped
class Discovered {
    private static final Logger LOG = Logger.getLogger(Discovered.class);

    private final LiveConfig config;
    private final Fleet fleet;

    /** What was found last, and what of it the configuration took. */
    private final Map<Origin, Found> last = new EnumMap<>(Origin.class);

    private record Found(
            Map<String, Map<String, String>> all, Map<String, Map<String, String>> taken) {}

    Discovered(LiveConfig config, Fleet fleet) {
        this.config = config;
        this.fleet = fleet;
    }

    /** Has the fleet the servers that an origin knows now, and no others of it. */
    synchronized void take(Origin origin, Collection<FoundServer> found) {
        Map<String, Map<String, String>> all = FoundServer.named(found);
        Map<String, Map<String, String>> before = config.discovered(origin);
        Found known = last.get(origin);
        boolean pushedOut = known != null && !known.taken.equals(before); // by a newer file
        if (known != null && known.all.equals(all) && !pushedOut) {
            return;
        }
        Map<String, Map<String, String>> taken = all;
        try {
            config.discover(origin, all);
        } catch (ValidationException _) {
            taken = oneByOne(origin, all, before);
        }
        last.put(origin, new Found(all, taken));
        LOG.infof("servers %s: %d", origin, taken.size());
    }

    /** One that the configuration refuses does not keep out the others. */
    private Map<String, Map<String, String>> oneByOne(
            Origin origin,
            Map<String, Map<String, String>> all,
            Map<String, Map<String, String>> before) {
        Map<String, Map<String, String>> taken = new TreeMap<>(before);
        taken.entrySet().retainAll(all.entrySet());
        if (!taken.equals(before)) { // what has gone leaves, whatever is wrong with the rest
            config.discover(origin, taken);
        }
        all.forEach((name, settings) -> {
            if (taken.putIfAbsent(name, settings) == null) {
                try {
                    config.discover(origin, taken);
                } catch (ValidationException e) {
                    taken.remove(name);
                    LOG.warnf("server %s, %s, is left out: %s", name, origin, e.text());
                }
            }
        });
        return taken;
    }

    /** Done when each server has been probed. */
    Future<Void> probed() {
        return fleet.refresh(fleet.snapshot().states(), Fleet.BELIEVED);
    }
}
