package dev.aicortex.translate;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.aicortex.model.Segment;
import dev.aicortex.model.ValidationException;
import java.io.IOException;
import java.util.List;
import java.util.function.Supplier;

/**
 * A request to a compatible route, put to the native one.
 *
 * @param path of the native route
 * @param body to send there; its ranges are of the client's body
 * @param answers makes what translates an answer back; each attempt needs one of its own
 * @param promptEstimate tokens of the prompt, guessed as {@link Truncation} does
 */
public record Translation(
        String path, List<Segment> body, Supplier<AnswerTranslation> answers, long promptEstimate) {
    /**
     * Translates a request.
     *
     * @param body the client's, a JSON object in UTF-8
     * @param numCtx the context length in tokens
     * @param model as the server is to be asked for it
     * @param echoedModel as the answer is to name it
     * @throws ValidationException naming what cannot be put to a server
     */
    public static Translation of(
            Endpoint endpoint, InputSource body, int numCtx, String model, String echoedModel)
            throws IOException {
        Fields fields = new Fields(BodyTree.read(body), "");
        Asked asked = new Asked(fields, new LongTexts(body), model, numCtx);
        ObjectNode natively = natively(endpoint, asked);
        return new Translation(
                endpoint.nativePath(),
                SegmentWriter.write(natively),
                answers(endpoint, fields, echoedModel),
                Truncation.estimate(characters(natively)));
    }

    private static ObjectNode natively(Endpoint endpoint, Asked asked) throws IOException {
        return switch (endpoint) {
            case CHAT_COMPLETIONS -> ChatCompletionRequest.natively(asked);
        };
    }

    /** What these keep of the request is little: it lives as long as the answer. */
    private static Supplier<AnswerTranslation> answers(
            Endpoint endpoint, Fields asked, String model) {
        return switch (endpoint) {
            case CHAT_COMPLETIONS -> {
                boolean usage = ChunkedAnswer.asksForUsage(asked);
                yield () -> new ChatCompletionAnswer(model, usage);
            }
        };
    }

    private static long characters(ObjectNode body) {
        return Texts.characters(body.path("messages"), false)
                + Texts.characters(body.path("prompt"), false)
                + Texts.characters(body.path("suffix"), false)
                + Texts.characters(body.path("tools"), true);
    }
}
