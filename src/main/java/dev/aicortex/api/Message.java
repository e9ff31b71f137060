package dev.aicortex.api;

import dev.aicortex.model.ValidationException;
import java.util.List;

/**
 * One message of a conversation.
 *
 * @param content text; a user's and a system's may be blank only beside images
 * @param images what a user shows
 * @param toolCalls what an assistant asked for
 * @param toolName whose result this is; only on {@link Role#TOOL}, else empty
 */
public record Message(
        Role role, String content, List<Image> images, List<ToolCall> toolCalls, String toolName) {
    /** Refuses one with nothing in it, and a tool's result without its tool's name. */
    public Message {
        images = List.copyOf(images);
        toolCalls = List.copyOf(toolCalls);
        boolean asks = role == Role.USER || role == Role.SYSTEM; // a model may say nothing
        if (asks && content.isBlank() && images.isEmpty()) {
            String field = role == Role.USER ? "prompt" : "system";
            throw ValidationException.of(
                    field, content, "is blank", "write what the model should read");
        }
        if (role == Role.TOOL && toolName.isBlank()) {
            throw ValidationException.of(
                    "tool_name", toolName, "is blank", "name the tool that was called");
        }
    }

    /** What the model is asked, with what it is shown. */
    public static Message user(String content, Image... images) {
        return new Message(Role.USER, content, List.of(images), List.of(), "");
    }

    /** Instructions. */
    public static Message system(String content) {
        return new Message(Role.SYSTEM, content, List.of(), List.of(), "");
    }

    /** What the model said earlier. */
    public static Message assistant(String content) {
        return new Message(Role.ASSISTANT, content, List.of(), List.of(), "");
    }

    /** What a call of {@code tool} gave. */
    public static Message tool(String tool, String result) {
        return new Message(Role.TOOL, result, List.of(), List.of(), tool);
    }
}
