package dev.aicortex.ollama;

import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.Dependent;
import org.eclipse.microprofile.faulttolerance.ExecutionContext;
import org.eclipse.microprofile.faulttolerance.FallbackHandler;

/** There is no second source for what a server says of itself: the fallback is a clear failure. */
@Dependent
public class UnreachableFallback implements FallbackHandler<Uni<TagList>> {
    @Override
    public Uni<TagList> handle(ExecutionContext context) {
        return Uni.createFrom().failure(UnreachableException.of(context.getFailure()));
    }
}
