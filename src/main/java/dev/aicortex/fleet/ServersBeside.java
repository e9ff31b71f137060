package dev.aicortex.fleet;

import dev.aicortex.config.LiveConfig;
import dev.aicortex.config.Origin;
import dev.aicortex.model.ValidationException;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;
import org.jboss.logging.Logger;

/** Puts servers in force that stand beside those of the configuration. */
@ApplicationScoped
public class ServersBeside {
    private static final Logger LOG = Logger.getLogger(ServersBeside.class);

    private final LiveConfig config;

    /** What there was last, and what of it the configuration took. */
    private final Map<Origin, Found> last = new EnumMap<>(Origin.class);

    private record Found(
            Map<String, Map<String, String>> all, Map<String, Map<String, String>> taken) {
        static final Found NOTHING = new Found(Map.of(), Map.of());
    }

    ServersBeside(LiveConfig config) {
        this.config = config;
    }

    /**
     * Has the fleet the servers that an origin has now, and no others of it.
     *
     * @param all by name, each with its settings by key
     */
    public synchronized void take(Origin origin, Map<String, Map<String, String>> all) {
        Map<String, Map<String, String>> before = config.servers(origin);
        Found known = last.getOrDefault(origin, Found.NOTHING);
        boolean pushedOut = !known.taken.equals(before); // by a newer file
        if (known.all.equals(all) && !pushedOut) {
            return;
        }
        Map<String, Map<String, String>> taken = all;
        try {
            config.put(origin, all);
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
            config.put(origin, taken);
        }
        all.forEach((name, settings) -> {
            if (taken.putIfAbsent(name, settings) == null) {
                try {
                    config.put(origin, taken);
                } catch (ValidationException e) {
                    taken.remove(name);
                    LOG.warnf("server %s, %s, is left out: %s", name, origin, e.text());
                }
            }
        });
        return taken;
    }
}
