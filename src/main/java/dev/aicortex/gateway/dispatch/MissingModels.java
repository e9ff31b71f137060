package dev.aicortex.gateway.dispatch;

import dev.aicortex.fleet.Server;
import dev.aicortex.fleet.ServerState;
import dev.aicortex.model.CortexException;
import dev.aicortex.model.ModelName;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import java.util.function.IntSupplier;
import java.util.function.Supplier;

/** Brings models that no server holds. Called on the event loop of the request that needs one. */
public interface MissingModels {
    /**
     * A model on its way to a server, for all requests that ask for it.
     *
     * @param done when the server lists it; fails with a {@link CortexException}
     */
    record Arrival(Server server, Future<Void> done, IntSupplier percent) {}

    /**
     * Has a model brought, unless it is on its way.
     *
     * @param spelling of the model, as the client has it
     * @param servers those that are up and may be asked for it
     * @return empty where it is not to be brought, or there is no such server
     * @throws CortexException where that failed a short while ago
     */
    Optional<Arrival> bring(ModelName model, String spelling, Supplier<List<ServerState>> servers);
}
