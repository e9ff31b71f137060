package dev.aicortex.fleet;

import dev.aicortex.model.ServerUrl;
import dev.aicortex.model.ValidationException;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The servers that a client names: by name, URL, {@code host:port} or {@code host}. */
public final class NamedServers {
    private static final Pattern COMMA = Pattern.compile(",");

    private NamedServers() {}

    /**
     * Each server that one of the names means, once, in the order of the names.
     *
     * @param names each a name, several with commas between them, or {@code all}
     * @throws ValidationException for a name that is no server's; it lists the servers
     */
    public static List<ServerState> of(Collection<String> names, FleetSnapshot fleet) {
        return names.stream()
                .flatMap(COMMA::splitAsStream)
                .map(String::strip)
                .filter(name -> !name.isEmpty())
                .flatMap(name -> meant(name, fleet).stream())
                .distinct()
                .toList();
    }

    /**
     * The one server that the names mean; empty when there are no names.
     *
     * @throws ValidationException also when they mean several
     */
    public static Optional<ServerState> one(Collection<String> names, FleetSnapshot fleet) {
        List<ServerState> found = of(names, fleet);
        if (found.size() > 1) {
            throw invalid(String.join(",", names), "names several servers; name one", found);
        }
        return found.stream().findFirst();
    }

    private static List<ServerState> meant(String name, FleetSnapshot fleet) {
        if (name.equalsIgnoreCase("all")) {
            return fleet.states();
        }
        List<ServerState> called =
                fleet.states().stream()
                        .filter(state -> state.server().name().equalsIgnoreCase(name))
                        .toList();
        if (!called.isEmpty()) {
            return called;
        }
        Predicate<ServerUrl> meant = meaning(name);
        List<ServerState> found =
                fleet.states().stream().filter(state -> meant.test(state.server().url())).toList();
        if (found.isEmpty()) {
            throw invalid(name, "is no server of this fleet; name one", fleet.states());
        }
        return found;
    }

    /** A name without a scheme is no URL. */
    private static Predicate<ServerUrl> meaning(String name) {
        if (!name.toLowerCase(Locale.ROOT).matches("https?://.*")) {
            return url ->
                    url.host().equalsIgnoreCase(name) || url.authority().equalsIgnoreCase(name);
        }
        String spelt = ServerUrl.of(name, "server").toString();
        return url -> url.toString().equalsIgnoreCase(spelt);
    }

    /** The name is told without what may be credentials. */
    private static ValidationException invalid(
            String name, String problem, List<ServerState> servers) {
        String list =
                servers.stream()
                        .map(ServerState::server)
                        .map(server ->
                                server.name().isEmpty()
                                        ? server.toString()
                                        : "%s (%s)".formatted(server.name(), server))
                        .collect(Collectors.joining(", "));
        return ValidationException.of(
                "server", name.replaceAll("[^/,]*@", "***@"), problem, "of: " + list);
    }
}
