package dev.aicortex.routing;

import dev.aicortex.fleet.FleetSnapshot;
import dev.aicortex.fleet.ServerState;
import dev.aicortex.model.ModelName;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Decides where a model goes that is to be pulled. */
public final class Placement {
    private Placement() {}

    /**
     * The servers that pull a model: the named ones, up or not; else those that are up and hold it
     * already, so that all get the new content; else the one with most room.
     *
     * @return empty when no server is up
     */
    public static List<ServerState> forPull(
            List<ServerState> named, FleetSnapshot fleet, ModelName model) {
        if (!named.isEmpty()) {
            return named;
        }
        List<ServerState> holders = up(fleet.holders(model));
        return holders.isEmpty() ? roomiest(fleet.states()).stream().toList() : holders;
    }

    /**
     * The server that is up with the fewest bytes of models, the first of equals: nothing tells how
     * large a server's disk is.
     */
    public static Optional<ServerState> roomiest(Collection<ServerState> servers) {
        return up(servers).stream().min(Comparator.comparingLong(Placement::bytes));
    }

    private static List<ServerState> up(Collection<ServerState> servers) {
        return servers.stream().filter(ServerState::up).toList();
    }

    /** Names of one content share its bytes. */
    private static long bytes(ServerState state) {
        Set<String> counted = new HashSet<>();
        return state.models().values().stream()
                .filter(tag -> tag.content().isEmpty() || counted.add(tag.content()))
                .mapToLong(tag -> Math.max(0, tag.size()))
                .sum();
    }
}
