package dev.aicortex.gateway.rewrite;

import dev.aicortex.fleet.Fleet;
import dev.aicortex.fleet.Server;
import dev.aicortex.fleet.ServerState;
import dev.aicortex.model.ModelName;
import dev.aicortex.ollama.RunningModel;
import dev.aicortex.ollama.TagList;
import jakarta.inject.Singleton;
import java.util.OptionalInt;

/** How many tokens of context a model has where it is loaded, as the servers tell. */
@Singleton
public class Windows {
    private final Fleet fleet;

    Windows(Fleet fleet) {
        this.fleet = fleet;
    }

    /** On this server; empty when it is not loaded there, or the server does not say. */
    public OptionalInt of(Server server, ModelName model) {
        return fleet.snapshot()
                .state(server)
                .map(state -> of(state, model))
                .orElseGet(OptionalInt::empty);
    }

    /** The smallest that a request may meet. */
    OptionalInt smallest(ModelName model) {
        return fleet.snapshot().holders(model).stream()
                .map(state -> of(state, model))
                .filter(OptionalInt::isPresent)
                .mapToInt(OptionalInt::getAsInt)
                .min();
    }

    private static OptionalInt of(ServerState state, ModelName model) {
        for (RunningModel loaded : state.running()) {
            Integer length = loaded.contextLength();
            if (length != null && length > 0 && same(loaded, state, model)) {
                return OptionalInt.of(length);
            }
        }
        return OptionalInt.empty();
    }

    /** One content may be loaded under another of its names. */
    private static boolean same(RunningModel loaded, ServerState state, ModelName model) {
        TagList.Tag tag = state.models().get(model);
        boolean content =
                tag != null && tag.digest() != null && tag.digest().equals(loaded.digest());
        return content || ModelName.of(loaded.label()).equals(model);
    }
}
