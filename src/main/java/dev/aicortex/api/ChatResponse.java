package dev.aicortex.api;

import java.util.List;

/**
 * A whole answer.
 *
 * @param text what the model said; empty when it only asks for tools
 * @param model as the server names it
 * @param server the address of the server that answered, without credentials
 * @param thinking what it thought before, empty when it did not or was not asked to show it
 * @param toolCalls the calls that it asks for, in order
 * @param finishReason why it ended: {@code stop}, {@code length} and whatever else the server says
 */
public record ChatResponse(
        String text,
        String model,
        String server,
        Usage usage,
        String thinking,
        List<ToolCall> toolCalls,
        String finishReason) {
    public ChatResponse {
        toolCalls = List.copyOf(toolCalls);
    }

    /** The answer as a message, to continue the conversation with. */
    public Message message() {
        return new Message(Role.ASSISTANT, text, List.of(), toolCalls, "");
    }
}
