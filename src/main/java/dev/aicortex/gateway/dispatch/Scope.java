package dev.aicortex.gateway.dispatch;

import dev.aicortex.fleet.Allow;
import dev.aicortex.fleet.FleetSnapshot;
import dev.aicortex.fleet.Pool;
import dev.aicortex.fleet.Server;
import dev.aicortex.fleet.ServerState;
import dev.aicortex.model.CortexException;
import dev.aicortex.model.ModelName;
import java.util.Collection;
import java.util.List;
import java.util.function.BiFunction;

/** Which servers a request may go to. */
public interface Scope {
    /** Those that hold the model and may be asked, healthy or not. */
    List<ServerState> holders(FleetSnapshot fleet, ModelName model);

    /**
     * The same, ready to be chosen from: those of one content, as long as one of them is left.
     *
     * @param tried servers that the request has been to
     * @param content that it was asked for there
     */
    Pool pool(FleetSnapshot fleet, ModelName model, Collection<Server> tried, String content);

    /** The error when servers answer and none may be asked. */
    CortexException notHeld(FleetSnapshot fleet, ModelName model, String spelling);

    /** Whether it may go to every server that holds its model. */
    boolean everywhere();

    /** Whether a server is among those that may be asked. */
    boolean admits(FleetSnapshot fleet, ModelName model, Server server);

    /**
     * All servers that the rule of a key admits.
     *
     * @param allow that rule
     * @param unknown the error for a model, as it is spelt, that no server holds
     */
    record Ruled(Allow allow, BiFunction<FleetSnapshot, String, CortexException> unknown)
            implements Scope {
        public Ruled(Allow allow) {
            this(allow, FleetSnapshot::unknown);
        }

        @Override
        public List<ServerState> holders(FleetSnapshot fleet, ModelName model) {
            return fleet.pools(model, allow).holders();
        }

        @Override
        public Pool pool(
                FleetSnapshot fleet, ModelName model, Collection<Server> tried, String content) {
            return fleet.pools(model, allow).open(tried, content);
        }

        @Override
        public CortexException notHeld(FleetSnapshot fleet, ModelName model, String spelling) {
            return Barred.error(fleet, model, spelling, allow)
                    .orElseGet(() -> unknown.apply(fleet, spelling));
        }

        @Override
        public boolean everywhere() {
            return allow.equals(Allow.ALL);
        }

        @Override
        public boolean admits(FleetSnapshot fleet, ModelName model, Server server) {
            return fleet.allow(model).admits(server) && allow.admits(server);
        }
    }
}
