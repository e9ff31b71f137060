package dev.aicortex.gateway;

import dev.aicortex.config.CortexConfig;
import dev.aicortex.config.Values;
import dev.aicortex.fleet.Fleet;
import dev.aicortex.fleet.Holding;
import dev.aicortex.fleet.Server;
import dev.aicortex.fleet.ServerState;
import dev.aicortex.routing.FirstByte;
import dev.aicortex.routing.Ranking;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** How long an attempt may take, by what the server has to do for it. */
@Singleton
class Patience {
    private static final Duration LEAST = Duration.ofMillis(1);

    private final Vertx vertx;
    private final CortexConfig config;
    private final Fleet fleet;
    private final Selection selection;
    private final Optional<Duration> total;

    /**
     * What one attempt may take.
     *
     * @param first until the first byte, when the model is in memory; else as long as {@code last}
     * @param last until the first byte, if the model proves to be loading
     * @param total until the last byte, from the request's beginning
     * @param look asks the server what keeps it, for an attempt that began at this time
     */
    record Limits(
            Duration first,
            Duration last,
            Optional<Duration> total,
            Function<Long, Future<Found>> look) {
        /** Whether there is something to find out once the first one is over. */
        boolean looks() {
            return first.compareTo(last) < 0;
        }

        Future<Found> look(long sinceMillis) {
            return look.apply(sinceMillis);
        }
    }

    /** Why a server with the model in memory has not answered yet. */
    enum Found {
        /** There is no reason. */
        HUNG,
        /** It is answering others. */
        BUSY,
        /** The model has left its memory meanwhile. */
        LOADING,
        /** Nobody else may be asked, so that giving up is of no use. */
        ALONE
    }

    Patience(Vertx vertx, CortexConfig config, Fleet fleet, Selection selection) {
        this.vertx = vertx;
        this.config = config;
        this.fleet = fleet;
        this.selection = selection;
        this.total = Values.orOff(config.totalTimeout());
    }

    /**
     * For an attempt in this place.
     *
     * @param left until the first byte
     */
    Limits of(Errand errand, Place.Reserved place, Duration left) {
        Duration most = left.compareTo(LEAST) < 0 ? LEAST : left;
        Holding holding = place.holding();
        boolean early =
                errand.streams()
                        && holding.resident()
                        && !errand.reloads(holding)
                        && config.residentTimeout().compareTo(most) < 0;
        return new Limits(
                early ? resident(place, most) : most,
                most,
                total,
                since -> looked(errand, place, since));
    }

    private boolean another(Errand errand, Place.Reserved place) {
        List<Server> tried = new ArrayList<>(errand.failures().servers());
        tried.add(place.server());
        return selection.best(place.pool(), place.ask(), tried) != Ranking.NONE;
    }

    private Duration resident(Place.Reserved place, Duration most) {
        long bytes = place.ask().prompt().bytes();
        return FirstByte.ofResident(
                config.residentTimeout(),
                place.expected(),
                place.facts().perKilobyte(),
                bytes - place.facts().cachedBytes(),
                most);
    }

    private Future<Found> looked(Errand errand, Place.Reserved place, long sinceMillis) {
        if (!another(errand, place)) {
            return Future.succeededFuture(Found.ALONE);
        }
        Holding holding = place.holding();
        Optional<ServerState> state = state(holding);
        return state.isEmpty()
                ? Future.succeededFuture(Found.LOADING)
                : OwnLoop.here(vertx, fleet.refresh(List.of(state.get()), Duration.ZERO))
                        .map(_ -> found(holding, sinceMillis));
    }

    private Found found(Holding holding, long sinceMillis) {
        Server server = holding.server();
        if (!state(holding).map(ServerState::up).orElse(false)) {
            return Found.HUNG;
        }
        if (!holding.resident()) {
            return Found.LOADING;
        }
        return server.answersSince(sinceMillis) ? Found.BUSY : Found.HUNG;
    }

    private Optional<ServerState> state(Holding holding) {
        return fleet.snapshot().state(holding.server());
    }
}
