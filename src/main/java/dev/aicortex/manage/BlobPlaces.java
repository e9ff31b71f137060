package dev.aicortex.manage;

import dev.aicortex.fleet.FleetSnapshot;
import dev.aicortex.fleet.Server;
import dev.aicortex.fleet.ServerState;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedCollection;
import java.util.Set;

/**
 * Which server has taken which blob. A client uploads the files of a model one after another and
 * then creates it, so they must come to lie in one place.
 */
final class BlobPlaces {
    /** So long the next blob belongs to the same model, as far as anybody can tell. */
    private static final Duration TOGETHER = Duration.ofMinutes(10);

    private static final int REMEMBERED = 10_000;

    private final Clock clock;
    private final Map<String, Set<Server>> places = new LinkedHashMap<>(16, 0.75f, true);
    private Optional<Server> last = Optional.empty();
    private Instant lastAt = Instant.EPOCH;

    BlobPlaces(Clock clock) {
        this.clock = clock;
    }

    /** The server has the blob. */
    synchronized void took(Server server, String digest) {
        places.computeIfAbsent(digest, _ -> new LinkedHashSet<>()).add(server);
        if (places.size() > REMEMBERED) {
            places.remove(places.keySet().iterator().next());
        }
        last = Optional.of(server);
        lastAt = clock.instant();
    }

    /** The server does not have the blob, whatever was remembered. */
    synchronized void lacks(Server server, String digest) {
        Set<Server> those = places.get(digest);
        if (those != null) {
            those.remove(server);
        }
    }

    /** The server that took the last blob, not long ago and while it is up. */
    synchronized Optional<Server> last(FleetSnapshot fleet) {
        boolean recent = clock.instant().isBefore(lastAt.plus(TOGETHER));
        return last.filter(server -> recent && up(server, fleet));
    }

    /** Of the servers that are up, those that have taken all of these, of which there is one. */
    synchronized Set<Server> having(SequencedCollection<String> digests, FleetSnapshot fleet) {
        Set<Server> having = new LinkedHashSet<>(taken(digests.getFirst()));
        digests.forEach(digest -> having.retainAll(taken(digest)));
        having.removeIf(server -> !up(server, fleet));
        return having;
    }

    private Set<Server> taken(String digest) {
        return places.getOrDefault(digest, Set.of());
    }

    private static boolean up(Server server, FleetSnapshot fleet) {
        return fleet.state(server).filter(ServerState::up).isPresent();
    }
}
