package dev.aicortex.http;

import dev.aicortex.config.CortexConfig;
import dev.aicortex.keys.KeyRing;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.configuration.ConfigurationException;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import jakarta.interceptor.Interceptor;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Whether machines other than this one can reach the gateway: then it asks for keys, and does not
 * start without one unless {@code cortex.auth=none} says that everybody may come in.
 */
@Singleton
public class Exposure {
    private final CortexConfig config;
    private final KeyRing ring;
    private final String host;
    private final boolean exposed;

    Exposure(
            CortexConfig config,
            KeyRing ring,
            @ConfigProperty(name = "quarkus.http.host") String host,
            @ConfigProperty(name = "quarkus.http.host-enabled", defaultValue = "true")
                    boolean listening) {
        this.config = config;
        this.ring = ring;
        this.host = host;
        this.exposed = listening && !loopback(host);
    }

    /** Whether clients are ever asked for a key. */
    public boolean wantsKeys() {
        return config.auth() != CortexConfig.Auth.NONE;
    }

    /** Whether they are even while there is none. */
    boolean asksForKeys() {
        return exposed && wantsKeys();
    }

    /** Whether a client that has none is turned away now, or may have to be. */
    public boolean asksNow() {
        return wantsKeys() && (exposed || !ring.isEmpty() || !ring.known());
    }

    /** Whether whoever is on this machine, and nobody else, gets in without a key. */
    boolean trustsThisMachine() {
        return !exposed && (!wantsKeys() || ring.isEmpty());
    }

    /** A name that is not known is nobody's loopback; that it cannot be bound is told later. */
    static boolean loopback(String host) {
        try {
            return InetAddress.getByName(host.replaceAll("[\\[\\]]", "")).isLoopbackAddress();
        } catch (UnknownHostException _) {
            return false;
        }
    }

    /**
     * Behind the checks of the configuration. The database is read now where its keys alone could
     * let the gateway start: with a token for {@code /admin} the first key can be made later.
     */
    void check(@Observes @Priority(Interceptor.Priority.PLATFORM_BEFORE) StartupEvent event) {
        if (!asksForKeys() || !ring.isEmpty() || config.adminToken().isPresent()) {
            return;
        }
        String unread = "";
        try {
            ring.read();
        } catch (RuntimeException | LinkageError e) { // a driver has errors too
            unread = " (those of the database cannot be read: %s)".formatted(e.getMessage());
        }
        if (ring.isEmpty()) {
            throw new ConfigurationException(
                    "quarkus.http.host: '%s' lets other machines in, and there is no key%s; set one by cortex.keys.NAME or CORTEX_KEYS_NAME, or cortex.admin-token to make keys with, or cortex.auth=none to let everybody in"
                            .formatted(host, unread));
        }
    }
}
