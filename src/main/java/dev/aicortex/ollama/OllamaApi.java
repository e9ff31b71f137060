package dev.aicortex.ollama;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import io.quarkus.rest.client.reactive.Url;
import io.smallrye.faulttolerance.api.ApplyGuard;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.Dependent;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.faulttolerance.ExecutionContext;
import org.eclipse.microprofile.faulttolerance.Fallback;
import org.eclipse.microprofile.faulttolerance.FallbackHandler;
import org.eclipse.microprofile.rest.client.annotation.RegisterProvider;
import org.eclipse.microprofile.rest.client.inject.RegisterRestClient;
import org.jspecify.annotations.Nullable;

/**
 * An Ollama server's control routes. The guard named {@code ollama} is that of the server being
 * called, so that one dead server opens only its own breaker; the fallback puts every failure into
 * words.
 */
@RegisterRestClient(configKey = "ollama")
@RegisterProvider(value = ControlAnswers.class, priority = 1)
@Produces(MediaType.APPLICATION_JSON)
public interface OllamaApi {
    /**
     * The models that it holds.
     *
     * @param server its base address
     * @param authorization its credentials, or null
     */
    @GET
    @Path("/api/tags")
    @ApplyGuard("ollama")
    @Fallback(NotListed.class)
    Uni<TagList> tags(
            @Url String server, @HeaderParam("Authorization") @Nullable String authorization);

    /** The models that are in its memory. */
    @GET
    @Path("/api/ps")
    @ApplyGuard("ollama")
    @Fallback(NotTold.class)
    Uni<RunningList> running(
            @Url String server, @HeaderParam("Authorization") @Nullable String authorization);

    /** One model in detail. */
    @POST
    @Path("/api/show")
    @Consumes(MediaType.APPLICATION_JSON)
    @ApplyGuard("ollama")
    @Fallback(NotShown.class)
    Uni<ModelDetails> show(
            @Url String server,
            @HeaderParam("Authorization") @Nullable String authorization,
            ShowRequest request);

    /** What {@code POST /api/show} is asked. */
    record ShowRequest(String model) {}

    /** Without a number when it does not say; fails only for an answer that is too long. */
    @GET
    @Path("/api/version")
    @ApplyGuard("ollama")
    @Fallback(UnknownVersion.class)
    Uni<Version> version(
            @Url String server, @HeaderParam("Authorization") @Nullable String authorization);

    /** What {@code GET /api/version} answers. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    record Version(@Nullable String version) {}

    // There is no second source for what a server says of itself: a fallback is a clear failure.
    // Each is bound to one type of answer, which it has to name itself.

    abstract class InWords<T> implements FallbackHandler<Uni<T>> {
        @Override
        public Uni<T> handle(ExecutionContext context) {
            return Uni.createFrom().failure(UnreachableException.of(context.getFailure()));
        }
    }

    @Dependent
    class NotListed extends InWords<TagList> implements FallbackHandler<Uni<TagList>> {}

    @Dependent
    class NotShown extends InWords<ModelDetails> implements FallbackHandler<Uni<ModelDetails>> {}

    @Dependent
    class NotTold extends InWords<RunningList> implements FallbackHandler<Uni<RunningList>> {}

    /** A server that does not say its version may still serve. */
    @Dependent
    class UnknownVersion extends InWords<Version> implements FallbackHandler<Uni<Version>> {
        @Override
        public Uni<Version> handle(ExecutionContext context) {
            return UnreachableException.tooLong(context.getFailure())
                    ? super.handle(context)
                    : Uni.createFrom().item(new Version(null));
        }
    }
}
