package dev.aicortex;

import dev.aicortex.fleet.Fleet;
import dev.aicortex.model.ModelNotFoundException;
import dev.aicortex.model.ServerException;
import io.vertx.core.Context;
import jakarta.inject.Singleton;
import java.util.function.Supplier;

/** Asks the fleet again before a look-up says no: a model may just have been pulled. */
@Singleton
class SecondLook {
    private final Fleet fleet;

    SecondLook(Fleet fleet) {
        this.fleet = fleet;
    }

    /** What the look-up finds; on an event loop, which cannot wait, without a second look. */
    <T> T at(Supplier<T> lookUp) {
        try {
            return lookUp.get();
        } catch (ModelNotFoundException | ServerException e) {
            if (Context.isOnEventLoopThread()) {
                throw e;
            }
        }
        Waiting.on(
                fleet.refresh(fleet.snapshot().states(), Fleet.BELIEVED)
                        .toCompletionStage()
                        .toCompletableFuture());
        return lookUp.get();
    }
}
