package dev.aicortex.http;

import dev.aicortex.model.AccessException;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Refuses requests that call this machine by somebody else's name. Whoever is on loopback needs no
 * key, and a web page is there too: its browser asks whatever address the page's own name was
 * pointed at in the meantime (DNS rebinding), but tells that name as {@code Host}.
 */
final class HostGuard {
    /** An entry that lets every name pass. */
    private static final String ANY = "*";

    /** Nobody can point these anywhere else. */
    private static final Pattern OWN =
            Pattern.compile(
                    "\\[[0-9a-f:.%]+]|\\d{1,3}(\\.\\d{1,3}){3}|([a-z0-9_.-]+\\.)?localhost");

    /** Nobody can from outside the local network; an Ollama server takes them too. */
    private static final Pattern NEAR = Pattern.compile("[a-z0-9_.-]+\\.(local|internal)");

    private static final Pattern PORT = Pattern.compile("\\.?(:\\d*)?$");

    private final BooleanSupplier wanted;
    private final Set<String> more;

    /** The last one that could pass, which the next request most likely says again. */
    private volatile String passed = "";

    /** This machine's own names, once they are known: finding them out may ask the network. */
    private volatile Set<String> own = Set.of();

    /**
     * @param wanted whether anybody on this machine gets in without a key
     * @param more {@code cortex.hosts}
     */
    HostGuard(BooleanSupplier wanted, List<String> more) {
        this.wanted = wanted;
        this.more =
                more.stream()
                        .map(name -> name.toLowerCase(Locale.ROOT))
                        .collect(Collectors.toUnmodifiableSet());
        Thread.ofVirtual().start(() -> own = hostnames());
    }

    private static Set<String> hostnames() {
        try {
            String name = InetAddress.getLocalHost().getHostName().toLowerCase(Locale.ROOT);
            return Stream.of(name, name.split("\\.", 2)[0] + ".local")
                    .collect(Collectors.toUnmodifiableSet());
        } catch (UnknownHostException _) {
            return Set.of(); // it has none that could be asked for
        }
    }

    void check(RoutingContext context) {
        String host = context.request().getHeader(HttpHeaders.HOST);
        if (host == null || host.equals(passed) || !wanted.getAsBoolean()) {
            context.next();
        } else if (allows(host)) {
            passed = host;
            context.next();
        } else {
            String problem =
                    "Host: '%s' is no name of this machine; ask localhost, or name it in cortex.hosts"
                            .formatted(host);
            Entrance.refuse(context, AccessException.forbidden("host_not_allowed", problem));
        }
    }

    boolean allows(String host) {
        String name = name(host);
        return name.isEmpty() || names(host) || NEAR.matcher(name).matches() || more.contains(ANY);
    }

    /** Whether it is known to be this machine's, and nobody's who would have a page under it. */
    boolean names(String host) {
        String name = name(host);
        return OWN.matcher(name).matches() || own.contains(name) || more.contains(name);
    }

    private static String name(String host) {
        return PORT.matcher(host.toLowerCase(Locale.ROOT)).replaceFirst("");
    }
}
