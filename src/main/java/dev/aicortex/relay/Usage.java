package dev.aicortex.relay;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The tokens that a server counted. Every dialect tells them at the end of an answer; they are
 * looked for in the bytes, since a parse of all of them would cost more than it tells.
 *
 * @param prompt tokens of the prompt; 0 when it was not said
 * @param completion tokens of the answer; 0 when it was not said
 */
public record Usage(long prompt, long completion) {
    public static final Usage NONE = new Usage(0, 0);

    private static final List<String> PROMPT =
            List.of("\"prompt_eval_count\":", "\"prompt_tokens\":", "\"input_tokens\":");
    private static final List<String> COMPLETION =
            List.of("\"eval_count\":", "\"completion_tokens\":", "\"output_tokens\":");

    /** How far from its end an answer may have its counts. */
    private static final int REACH = 4 * 1024;

    /** What the end of an answer says. */
    public static Usage in(Buffer tail) {
        Buffer end = tail.getBuffer(Math.max(0, tail.length() - REACH), tail.length());
        String text = end.toString(StandardCharsets.ISO_8859_1);
        return new Usage(last(text, PROMPT), last(text, COMPLETION));
    }

    private static long last(String text, List<String> names) {
        return names.stream().mapToLong(name -> last(text, name)).max().orElse(0);
    }

    /** Within a string the quotes would be escaped, so that the name is that of a field. */
    private static long last(String text, String name) {
        int at = text.lastIndexOf(name);
        return at < 0 || escaped(text, at) ? 0 : number(text, at + name.length());
    }

    private static boolean escaped(String text, int at) {
        return at > 0 && text.charAt(at - 1) == '\\';
    }

    private static long number(String text, int from) {
        int start = from;
        while (start < text.length() && text.charAt(start) == ' ') {
            start++;
        }
        long value = 0;
        for (int i = start; i < text.length() && i < start + 12; i++) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                break;
            }
            value = value * 10 + digit;
        }
        return value;
    }
}
