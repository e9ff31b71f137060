package dev.aicortex.gateway.dispatch;

import dev.aicortex.fleet.Allow;
import dev.aicortex.fleet.FleetSnapshot;
import dev.aicortex.model.AccessException;
import dev.aicortex.model.CortexException;
import dev.aicortex.model.ModelName;
import java.util.Optional;

/** What to say of a model that servers hold, none of which may be asked. */
public final class Barred {
    private static final String CODE = "no_server_allowed";

    private Barred() {}

    /** The one server that is meant may not be asked. */
    public static CortexException from(Allow rule, String spelling) {
        return AccessException.forbidden(
                CODE,
                "model '%s' may only be answered by a server with %s, which the named one has not; leave the server open, or change the rule"
                        .formatted(spelling, rule.words()));
    }

    /**
     * The error.
     *
     * @param spelling of the model, as the client has it
     * @param caller the rule of the client's key
     * @return empty when it is not the rules that keep the request from the servers
     */
    public static Optional<CortexException> error(
            FleetSnapshot fleet, ModelName model, String spelling, Allow caller) {
        int holders = fleet.holders(model).size();
        Allow rule = fleet.allow(model).and(caller);
        if (holders == 0 || !fleet.pools(model, caller).holders().isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                AccessException.forbidden(
                        CODE,
                        "model '%s' may only be answered by a server with %s, and of the %d that hold it none has that; pull it on one that has, or change the rule"
                                .formatted(spelling, rule.words(), holders)));
    }
}
