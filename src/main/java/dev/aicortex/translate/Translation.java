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
     * @param numCtx the context length in tokens; 0 = the server's own
     * @param model as the server is to be asked for it
     * @param echoedModel as the answer is to name it
     * @throws ValidationException naming what cannot be put to a server
     */
    public static Translation of(
            NativeRoute endpoint, InputSource body, int numCtx, String model, String echoedModel)
            throws IOException {
        Fields fields = new Fields(BodyTree.read(body), "");
        Asked asked = new Asked(fields, new LongTexts(body), model, numCtx);
        ObjectNode natively = natively(endpoint, asked);
        long estimate = Truncation.estimate(characters(natively));
        return new Translation(
                endpoint.nativePath(),
                SegmentWriter.write(natively),
                answers(endpoint, fields, echoedModel, estimate),
                estimate);
    }

    static ObjectNode natively(NativeRoute endpoint, Asked asked) throws IOException {
        return switch (endpoint) {
            case CHAT_COMPLETIONS -> ChatCompletionRequest.natively(asked);
            case COMPLETIONS -> CompletionRequest.natively(asked);
            case RESPONSES -> ResponsesRequest.natively(asked);
            case MESSAGES -> MessagesRequest.natively(asked);
        };
    }

    /** What these keep of the request is little: it lives as long as the answer. */
    private static Supplier<AnswerTranslation> answers(
            NativeRoute endpoint, Fields asked, String model, long estimate) {
        return switch (endpoint) {
            case CHAT_COMPLETIONS -> {
                boolean usage = ChunkedAnswer.asksForUsage(asked);
                yield () -> new ChatCompletionAnswer(model, usage);
            }
            case COMPLETIONS -> {
                boolean usage = ChunkedAnswer.asksForUsage(asked);
                yield () -> new CompletionAnswer(model, usage);
            }
            case RESPONSES -> {
                ObjectNode settings = ResponseShape.settings(asked);
                yield () -> new ResponsesAnswer(new ResponseShape(model, settings));
            }
            case MESSAGES -> () -> new MessagesAnswer(model, estimate);
        };
    }

    private static long characters(ObjectNode body) {
        return Texts.characters(body.path("messages"), false)
                + Texts.characters(body.path("prompt"), false)
                + Texts.characters(body.path("suffix"), false)
                + Texts.characters(body.path("tools"), true);
    }
}
