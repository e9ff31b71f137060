package dev.aicortex;

import dev.aicortex.api.ApiRequest;
import dev.aicortex.api.ChatRequest;
import dev.aicortex.api.ChatResponse;
import dev.aicortex.api.ChatStream;
import dev.aicortex.api.LlmParams;
import dev.aicortex.api.ModelHolder;
import dev.aicortex.api.ServerInfo;
import dev.aicortex.api.StreamEvent;
import dev.aicortex.catalogue.Family;
import dev.aicortex.catalogue.Model;
import dev.aicortex.catalogue.ModelQuery;
import dev.aicortex.chat.Conversations;
import dev.aicortex.fleet.Fleet;
import dev.aicortex.model.ModelNotFoundException;
import dev.aicortex.model.ServerException;
import dev.aicortex.model.ValidationException;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import io.vertx.core.Context;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * The fleet for Java: inject it, ask a model, and the answer comes from a healthy server that holds
 * it, from the next one when that fails.
 *
 * {@snippet :
 * @Inject Cortex cortex;
 *
 * String answer = cortex.chat("llama3.2:3b", "Why is the sky blue?");
 *
 * try (ChatStream stream = cortex.stream("llama3.2:3b", "Tell me a story.")) {
 *     for (StreamEvent event : stream) {
 *         switch (event) {
 *             case StreamEvent.Token token -> System.out.print(token.content());
 *             case StreamEvent.Failed failed -> System.err.println(failed.error());
 *             case StreamEvent.Start _, StreamEvent.End _ -> {}
 *         }
 *     }
 * }
 * }
 *
 * <p>What waits ({@code chat}, {@code stream}, {@code serverInfo}) may run on any platform or
 * virtual thread, but throws an {@link IllegalStateException} on an event loop's; the asynchronous
 * forms are for those. The chats complete on an event loop, so what follows them must not block. A
 * look-up that would say no asks the fleet again first, except on an event loop.
 *
 * <p>Everything throws, or fails with, one of these, each of which tells what to do:
 *
 * <ul>
 *   <li>{@link ValidationException}: the request is wrong, for us before it is sent or for the
 *       server that refused it. Change it.
 *   <li>{@link ModelNotFoundException}: pull the model, or take one of the names in the message.
 *   <li>{@link ServerException}: no server answered. Try again, after {@code retryAfter()} seconds
 *       if it has any.
 *   <li>{@link dev.aicortex.model.StreamException}: a stream broke after it had begun; from {@link
 *       ChatStream#text} alone. Ask again, or use {@code partial()}.
 * </ul>
 */
@ApplicationScoped
public class Cortex {
    private final Conversations conversations;
    private final ModelLookup models;
    private final Fleet fleet;

    Cortex(Conversations conversations, ModelLookup models, Fleet fleet) {
        this.conversations = conversations;
        this.models = models;
        this.fleet = fleet;
    }

    /** Asks the first model of the fleet, by name, that can chat. */
    public String chat(String prompt) {
        return chat(firstModel("chat"), prompt);
    }

    /** Asks one model; gives what it says, whole. */
    public String chat(String model, String prompt) {
        return chat(ChatRequest.of(model, prompt)).text();
    }

    /**
     * Sends a request and waits for the whole answer. A server that breaks off in the middle is
     * replaced by the next one, which begins anew.
     */
    public ChatResponse chat(ChatRequest request) {
        BlockingStream.mayWait("chat");
        return BlockingStream.await(conversations.answer(request).subscribeAsCompletionStage());
    }

    /**
     * The same without waiting; completes on an event loop. Each subscription asks anew; cancelling
     * it stops the generation.
     */
    public Uni<ChatResponse> chatAsync(ChatRequest request) {
        return conversations.answer(request);
    }

    /** {@link #chatAsync(ChatRequest)} for the text alone. */
    public Uni<String> chatAsync(String model, String prompt) {
        return chatAsync(ChatRequest.of(model, prompt)).map(ChatResponse::text);
    }

    /** {@link #chat(String)} without waiting. */
    public Uni<String> chatAsync(String prompt) {
        return models.first().chain(model -> chatAsync(model, prompt));
    }

    /** Asks the first model of the fleet, by name, that can chat, for its answer as it comes. */
    public ChatStream stream(String prompt) {
        return stream(firstModel("stream"), prompt);
    }

    /** Asks one model for its answer as it comes. */
    public ChatStream stream(String model, String prompt) {
        return stream(ChatRequest.of(model, prompt));
    }

    /**
     * An answer as it comes, to be closed. Nothing is sent before it is first read; another server
     * takes over until the first event.
     */
    public ChatStream stream(ChatRequest request) {
        BlockingStream.mayWait("stream");
        return new BlockingStream(conversations.open(request));
    }

    /**
     * The same without waiting: an event is fetched when the subscriber asks for it. Each
     * subscription asks anew; cancelling it stops the generation. Fails only before its first
     * event.
     */
    public Multi<StreamEvent> streamAsync(ChatRequest request) {
        return conversations.events(request);
    }

    /** {@link #streamAsync(ChatRequest)} for a single question. */
    public Multi<StreamEvent> streamAsync(String model, String prompt) {
        return streamAsync(ChatRequest.of(model, prompt));
    }

    /** {@link #stream(String)} without waiting. */
    public Multi<StreamEvent> streamAsync(String prompt) {
        return models.first().onItem().transformToMulti(model -> streamAsync(model, prompt));
    }

    private String firstModel(String method) {
        BlockingStream.mayWait(method);
        return BlockingStream.await(models.first().subscribeAsCompletionStage());
    }

    /** The families of the catalogue with their models, by name. */
    public List<Family> families() {
        return models.families();
    }

    /** All models of the catalogue and of the live fleet, by name. */
    public List<Model> models() {
        return search(ModelQuery.ALL);
    }

    /** The models of one family; a {@link ValidationException} when there is no such family. */
    public List<Model> models(String family) {
        return models.family(family);
    }

    /** The models whose name, family, description or tags have all words of {@code text}. */
    public List<Model> search(String text) {
        return search(ModelQuery.text(text));
    }

    /** The models that match, by name. */
    public List<Model> search(ModelQuery query) {
        return models.find(query);
    }

    /** What the catalogue or the fleet knows of one model, in any spelling. */
    public Model modelInfo(String name) {
        return look(() -> models.one(name));
    }

    /**
     * The servers that hold a model or held it when they were last seen, those of the fleet first.
     * Live health decides; what the catalogue remembers stands beside it.
     */
    public List<ModelHolder> modelServers(String name) {
        return modelServers(modelInfo(name));
    }

    /** The same of a model that {@link #modelInfo} or {@link #search} gave. */
    public List<ModelHolder> modelServers(Model model) {
        return models.holders(model);
    }

    /**
     * A model on the server that a request for it would go to now. Asks that server when the
     * catalogue does not know this very version of the model.
     */
    public ServerInfo serverInfo(String name) {
        BlockingStream.mayWait("serverInfo");
        return look(() -> models.info(name));
    }

    /** The same without waiting; completes on a worker thread. */
    public Uni<ServerInfo> serverInfoAsync(String name) {
        return onWorker(() -> serverInfo(name));
    }

    /** A model on the server of the fleet at {@code url}; a {@link ValidationException} if none. */
    public ServerInfo serverInfo(String name, String url) {
        BlockingStream.mayWait("serverInfo");
        return look(() -> models.info(name, url));
    }

    /** The same without waiting; completes on a worker thread. */
    public Uni<ServerInfo> serverInfoAsync(String name, String url) {
        return onWorker(() -> serverInfo(name, url));
    }

    /**
     * What the look-up finds. The fleet is asked again before it says no: a model may just have
     * been pulled. Not on an event loop, which cannot wait.
     */
    private <T> T look(Supplier<T> lookUp) {
        try {
            return lookUp.get();
        } catch (ModelNotFoundException | ServerException e) {
            if (Context.isOnEventLoopThread()) {
                throw e;
            }
        }
        BlockingStream.await(
                fleet.refresh(fleet.snapshot().states(), Fleet.BELIEVED).toCompletionStage());
        return lookUp.get();
    }

    private static <T> Uni<T> onWorker(Supplier<T> look) {
        return Uni.createFrom().item(look).runSubscriptionOn(Infrastructure.getDefaultWorkerPool());
    }

    /** What would be sent for this request; nothing is. */
    public ApiRequest buildApiRequest(ChatRequest request) {
        return ApiRequest.of(request);
    }

    /**
     * What another client library needs to ask the model directly, on the server that a request
     * would go to now; a {@link ServerException} when none of those that hold it can be asked.
     */
    public LlmParams llmParams(String name) {
        return look(() -> models.best(name));
    }

    /** The same on any healthy server that holds it, each as likely as the other. */
    public LlmParams randomLlmParams(String name) {
        return randomLlmParams(name, ThreadLocalRandom.current());
    }

    /** The same, drawn from {@code random}. */
    public LlmParams randomLlmParams(String name, RandomGenerator random) {
        return look(() -> models.any(name, random));
    }
}
