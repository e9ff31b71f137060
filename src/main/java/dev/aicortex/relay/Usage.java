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
 * @param loadNanos how long the model took into memory; 0 when it was not said, like those below
 * @param promptNanos how long the evaluation of the prompt took, of what was not cached
 * @param evalNanos how long the generation took
 */
public record Usage(
        long prompt, long completion, long loadNanos, long promptNanos, long evalNanos) {
    public static final Usage NONE = new Usage(0, 0, 0, 0, 0);

    private static final List<String> PROMPT =
            List.of("\"prompt_eval_count\":", "\"prompt_tokens\":", "\"input_tokens\":");
    private static final List<String> COMPLETION =
            List.of("\"eval_count\":", "\"completion_tokens\":", "\"output_tokens\":");

    private static final String LOAD = "\"load_duration\":";
    private static final String PROMPT_TIME = "\"prompt_eval_duration\":";
    private static final String EVAL_TIME = "\"eval_duration\":";

    private static final int TOKENS_DIGITS = 12;
    private static final int NANOS_DIGITS = 15;

    /** How far from its end an answer may have its counts. */
    private static final int REACH = 4 * 1024;

    /** Counts without times. */
    public static Usage tokens(long prompt, long completion) {
        return new Usage(prompt, completion, 0, 0, 0);
    }

    /** What the end of an answer says. */
    public static Usage in(Buffer tail) {
        Buffer end = tail.getBuffer(Math.max(0, tail.length() - REACH), tail.length());
        String text = end.toString(StandardCharsets.ISO_8859_1);
        boolean told = text.contains(LOAD); // only the native dialect does
        return new Usage(
                last(text, PROMPT),
                last(text, COMPLETION),
                told ? last(text, LOAD, NANOS_DIGITS) : 0,
                told ? last(text, PROMPT_TIME, NANOS_DIGITS) : 0,
                told ? last(text, EVAL_TIME, NANOS_DIGITS) : 0);
    }

    private static long last(String text, List<String> names) {
        return names.stream().mapToLong(name -> last(text, name, TOKENS_DIGITS)).max().orElse(0);
    }

    /** Within a string the quotes would be escaped, so that the name is that of a field. */
    private static long last(String text, String name, int digits) {
        int at = text.lastIndexOf(name);
        return at < 0 || escaped(text, at) ? 0 : number(text, at + name.length(), digits);
    }

    private static boolean escaped(String text, int at) {
        return at > 0 && text.charAt(at - 1) == '\\';
    }

    private static long number(String text, int from, int digits) {
        int start = from;
        while (start < text.length() && text.charAt(start) == ' ') {
            start++;
        }
        long value = 0;
        for (int i = start; i < text.length() && i < start + digits; i++) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                break;
            }
            value = value * 10 + digit;
        }
        return value;
    }
}
