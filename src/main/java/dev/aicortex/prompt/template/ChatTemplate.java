package dev.aicortex.prompt.template;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** How a model's prompt is put together. */
public final class ChatTemplate {
    /** Any answer that is not done. */
    private static final Said BEGUN = new Said("assistant", "Once upon a time, there\nwas a ");

    private static final List<Said> SHORT = List.of(new Said("user", "Tell me more."));
    private static final List<Said> LONG =
            List.of(
                    new Said("system", "Be brief."),
                    new Said("user", "Who are you?"),
                    new Said("assistant", "A model."),
                    new Said("user", "Tell me more."));

    /** What a server gives a template beside the chat; nothing of it is asked for. */
    private static final Map<String, Object> NOTHING_ELSE =
            Map.of(
                    "Tools", List.of(),
                    "Suffix", "",
                    "Query", "",
                    "Document", "",
                    "Instruction", "",
                    "Think", false,
                    "IsThinkSet", false,
                    "ThinkLevel", "");

    private final String source;
    private final List<Node> nodes;
    private final boolean messages;

    private record Said(String role, String content) {
        Map<String, Object> fields() {
            return Map.of(
                    "Role",
                    role,
                    "Content",
                    content,
                    "Thinking",
                    "",
                    "Images",
                    List.of(),
                    "ToolCalls",
                    List.of(),
                    "ToolName",
                    "",
                    "ToolCallID",
                    "");
        }
    }

    private ChatTemplate(String source) {
        this.source = source;
        this.messages = source.contains(".Messages");
        this.nodes = Parser.parse(withResponse());
    }

    /** A server adds the answer to an older template that has no place for it. */
    private String withResponse() {
        return messages || source.contains(".Response") ? source : source + "{{ .Response }}";
    }

    /**
     * Whether a model with this template goes on with an answer that a chat ends with, as if it had
     * said it itself: its prompt is then what it was asked with, and behind it the answer's
     * letters, with nothing between and nothing after. No, where the template cannot be read.
     */
    public static boolean continuesAnswers(String template) {
        try {
            ChatTemplate read = new ChatTemplate(template);
            return read.continues(SHORT) && read.continues(LONG);
        } catch (UnreadableTemplateException | IllegalArgumentException e) {
            return false; // what is not understood is not relied upon
        }
    }

    private boolean continues(List<Said> chat) {
        List<Said> begun = new ArrayList<>(chat);
        begun.add(BEGUN);
        return prompt(begun).equals(prompt(chat) + BEGUN.content);
    }

    private String prompt(List<Said> chat) {
        return messages ? ofMessages(chat) : ofTurns(chat);
    }

    private String ofMessages(List<Said> chat) {
        String system = chat.getFirst().role.equals("system") ? chat.getFirst().content : "";
        List<Map<String, Object>> fields = chat.stream().map(Said::fields).toList();
        return Rendering.of(
                nodes, given(Map.of("System", system, "Messages", fields, "Response", "")), null);
    }

    /** An older template is filled once a turn, the last time only up to its answer. */
    private String ofTurns(List<Said> chat) {
        StringBuilder prompt = new StringBuilder();
        String system = "";
        String asked = "";
        String answer = "";
        for (Said said : chat) {
            switch (said.role) {
                case "system" -> system = said.content;
                case "user" -> {
                    if (!answer.isEmpty()) {
                        prompt.append(Rendering.of(nodes, turn(system, asked, answer), null));
                        system = "";
                        answer = "";
                    }
                    asked = said.content;
                }
                default -> answer = said.content;
            }
        }
        return prompt + Rendering.of(nodes, turn(system, asked, answer), "Response");
    }

    private static Map<String, Object> turn(String system, String asked, String answer) {
        return given(Map.of("System", system, "Prompt", asked, "Response", answer));
    }

    private static Map<String, Object> given(Map<String, Object> chat) {
        Map<String, Object> all = new HashMap<>(NOTHING_ELSE);
        all.putAll(chat);
        return all;
    }
}
