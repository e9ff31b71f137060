package dev.aicortex.http.ollama;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.aicortex.fleet.FleetSnapshot;
import dev.aicortex.fleet.ServerState;
import dev.aicortex.ollama.RunningModel;
import java.util.List;
import java.util.stream.Stream;

/** {@code GET /api/ps}: what is in the memory of the servers that are up. */
public record Running(List<Place> models) {
    /** One model in one server's memory: Ollama's own fields, then the server's URL. */
    @JsonPropertyOrder({"model", "server"})
    public record Place(@JsonUnwrapped RunningModel model, String server) {}

    static Running of(FleetSnapshot fleet) {
        return new Running(
                fleet.states().stream().filter(ServerState::up).flatMap(Running::places).toList());
    }

    private static Stream<Place> places(ServerState state) {
        String server = state.server().url().toString();
        return state.running().stream().map(model -> new Place(model, server));
    }
}
