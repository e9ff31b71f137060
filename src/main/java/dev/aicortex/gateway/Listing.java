package dev.aicortex.gateway;

import dev.aicortex.fleet.Allow;
import dev.aicortex.fleet.FleetSnapshot;
import dev.aicortex.fleet.ServerState;
import dev.aicortex.gateway.dispatch.KeyRules;
import dev.aicortex.gateway.rewrite.Aliases;
import dev.aicortex.model.ModelName;
import dev.aicortex.ollama.TagList;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import java.util.List;

/** The models that a client is shown: those that it may use. What is hidden is left out here. */
@Singleton
public class Listing {
    private final Aliases aliases;
    private final KeyRules keyRules;

    Listing(Aliases aliases, KeyRules keyRules) {
        this.aliases = aliases;
        this.keyRules = keyRules;
    }

    /** The models and aliases that a server may answer for this client, sorted by name. */
    public List<TagList.Tag> of(FleetSnapshot fleet, RoutingContext client) {
        Allow caller = keyRules.of(client);
        List<TagList.Tag> all = aliases.listed(fleet);
        return caller.labels().isEmpty() && !fleet.ruled()
                ? all
                : all.stream().filter(tag -> usable(tag.label(), fleet, caller)).toList();
    }

    /**
     * What is in the memory of the servers that are up: Ollama's entries, with the server's URL.
     */
    public List<String> running(FleetSnapshot fleet) {
        return fleet.states().stream()
                .filter(ServerState::up)
                .flatMap(state -> {
                    String server = state.server().url().toString();
                    return state.running().stream().map(model -> model.entryOn(server));
                })
                .toList();
    }

    private boolean usable(String label, FleetSnapshot fleet, Allow caller) {
        return aliases.targets(label, ModelName.of(label)).stream()
                .flatMap(target -> fleet.pools(target.name(), caller).holders().stream())
                .anyMatch(ServerState::up);
    }
}
