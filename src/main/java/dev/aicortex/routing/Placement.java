package dev.aicortex.routing;

import dev.aicortex.fleet.FleetSnapshot;
import dev.aicortex.fleet.ServerState;
import dev.aicortex.model.ModelName;
import dev.aicortex.ollama.TagList;
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
     * The servers that pull a model.
     *
     * @param named those that the client wants, up or not; may be empty
     * @return they, else those that are up and hold it already, so that all get the new content,
     *     else the one with most room; empty when no server is up
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
        long bytes = 0;
        for (TagList.Tag tag : state.models().values()) {
            String digest = tag.digest();
            if (digest == null || digest.isEmpty() || counted.add(digest)) {
                bytes += Math.max(0, tag.size());
            }
        }
        return bytes;
    }
}
