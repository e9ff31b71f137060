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
@RegisterProvider(value = ControlReader.class, priority = 1)
public interface OllamaApi {
    /**
     * The server's models.
     *
     * @param server its base address
     * @param authorization its credentials, or null
     * @return the list; fails with {@link UnreachableException} alone
     */
    @GET
    @Path("/api/tags")
    @Produces(MediaType.APPLICATION_JSON)
    @ApplyGuard("ollama")
    @Fallback(UnreachableFallback.class)
    Uni<TagList> tags(
            @Url String server, @HeaderParam("Authorization") @Nullable String authorization);

    /**
     * The models in the server's memory.
     *
     * @return the list; fails with {@link UnreachableException} alone
     */
    @GET
    @Path("/api/ps")
    @Produces(MediaType.APPLICATION_JSON)
    @ApplyGuard("ollama")
    @Fallback(NotTold.class)
    Uni<RunningList> running(
            @Url String server, @HeaderParam("Authorization") @Nullable String authorization);

    /**
     * One model in detail.
     *
     * @return what the server says of it; fails with {@link UnreachableException} alone
     */
    @POST
    @Path("/api/show")
    @Produces(MediaType.APPLICATION_JSON)
    @Consumes(MediaType.APPLICATION_JSON)
    @ApplyGuard("ollama")
    @Fallback(NotShown.class)
    Uni<ModelDetails> show(
            @Url String server,
            @HeaderParam("Authorization") @Nullable String authorization,
            ShowRequest request);

    /** What {@code POST /api/show} is asked. */
    record ShowRequest(String model) {}

    /**
     * The server's version, without a number when it does not say.
     *
     * @return fails with {@link UnreachableException} for an answer that is longer than any can be
     */
    @GET
    @Path("/api/version")
    @Produces(MediaType.APPLICATION_JSON)
    @ApplyGuard("ollama")
    @Fallback(UnknownVersion.class)
    Uni<Version> version(
            @Url String server, @HeaderParam("Authorization") @Nullable String authorization);

    /** What {@code GET /api/version} answers. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    record Version(@Nullable String version) {}

    /** As {@link UnreachableFallback}; a fallback is bound to one type of answer. */
    @Dependent
    class NotShown implements FallbackHandler<Uni<ModelDetails>> {
        @Override
        public Uni<ModelDetails> handle(ExecutionContext context) {
            return Uni.createFrom().failure(UnreachableException.of(context.getFailure()));
        }
    }

    /** As {@link UnreachableFallback}. */
    @Dependent
    class NotTold implements FallbackHandler<Uni<RunningList>> {
        @Override
        public Uni<RunningList> handle(ExecutionContext context) {
            return Uni.createFrom().failure(UnreachableException.of(context.getFailure()));
        }
    }

    /** A server that does not say its version may still serve. */
    @Dependent
    class UnknownVersion implements FallbackHandler<Uni<Version>> {
        @Override
        public Uni<Version> handle(ExecutionContext context) {
            return AnswerBound.exceeded(context.getFailure())
                    ? Uni.createFrom().failure(UnreachableException.of(context.getFailure()))
                    : Uni.createFrom().item(new Version(null));
        }
    }
}
