package dev.aicortex.fleet;

import io.smallrye.common.annotation.Identifier;
import io.smallrye.faulttolerance.api.Guard;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.inject.Produces;
import java.util.function.Supplier;

/**
 * Gives the declarative client the guard of the server that it is about to call. The interceptor
 * asks for the guard on the calling thread at each call, so a scoped value names the server.
 */
final class ControlGuards {
    private static final ScopedValue<Server> CURRENT = ScopedValue.newInstance();

    ControlGuards() {}

    /** Runs a control call with the guard of {@code server}. */
    static <T> T on(Server server, Supplier<T> call) {
        return ScopedValue.where(CURRENT, server).call(call::get);
    }

    @Produces
    @Dependent
    @Identifier("ollama")
    static Guard current() {
        return CURRENT.get().control();
    }
}
