package dev.aicortex.clients;

import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.PartialResponse;
import dev.langchain4j.model.chat.response.PartialResponseContext;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/** Reads a stream of LangChain4j's to its end, or leaves at its first word. */
final class Listener implements StreamingChatResponseHandler {
    private final CompletableFuture<ChatResponse> answer = new CompletableFuture<>();
    private final boolean leaves;

    private Listener(boolean leaves) {
        this.leaves = leaves;
    }

    static Listener leaving() {
        return new Listener(true);
    }

    static Listener staying() {
        return new Listener(false);
    }

    /** The whole answer, or the exception that the library told. */
    ChatResponse answer() throws Exception {
        try {
            return answer.get(30, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception told ? told : e;
        }
    }

    @Override
    public void onPartialResponse(PartialResponse part, PartialResponseContext context) {
        if (leaves) {
            context.streamingHandle().cancel();
        }
    }

    @Override
    public void onCompleteResponse(ChatResponse response) {
        answer.complete(response);
    }

    @Override
    public void onError(Throwable error) {
        answer.completeExceptionally(error);
    }
}
