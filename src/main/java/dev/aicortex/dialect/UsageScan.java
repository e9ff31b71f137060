package dev.aicortex.dialect;

/**
 * Finds the counts of every dialect in the end of an answer, by a search for the ends of their
 * names: most of what stands there has none.
 */
final class UsageScan {
    /** Ten times what the longest context has; more than this nobody has counted. */
    private static final long MOST_TOKENS = 100_000_000;

    /** Some eleven days. */
    private static final long MOST_NANOS = 1_000_000_000_000_000L;

    private static final int LONGEST_REASON = 32;
    private static final String[] NAME_ENDS = {"_tokens\"", "_count\"", "_duration\"", "_reason\""};

    private final String text;
    private long prompt;
    private long completion;
    private long loadNanos;
    private long promptNanos;
    private long evalNanos;
    private String stopReason = "";

    private UsageScan(String text) {
        this.text = text;
    }

    /** What stands last in the text counts. */
    static Usage of(String text) {
        UsageScan scan = new UsageScan(text);
        for (String end : NAME_ENDS) {
            for (int at = text.indexOf(end); at >= 0; at = text.indexOf(end, at + 1)) {
                scan.field(text.lastIndexOf('"', at), at + end.length() - 1);
            }
        }
        return new Usage(
                scan.prompt,
                scan.completion,
                scan.loadNanos,
                scan.promptNanos,
                scan.evalNanos,
                scan.stopReason);
    }

    /**
     * @param open the quote before its name; -1 when that is cut off
     * @param close the one behind it
     */
    private void field(int open, int close) {
        int colon = behindBlanks(close + 1);
        if (open >= 0 && colon < text.length() && text.charAt(colon) == ':') {
            found(text.substring(open + 1, close), behindBlanks(colon + 1));
        }
    }

    private int behindBlanks(int from) {
        int at = from;
        while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
        return at;
    }

    private void found(String name, int value) {
        switch (name) {
            case "prompt_eval_count", "prompt_tokens", "input_tokens" ->
                    prompt = number(value, MOST_TOKENS);
            case "eval_count", "completion_tokens", "output_tokens" ->
                    completion = number(value, MOST_TOKENS);
            case "load_duration" -> loadNanos = number(value, MOST_NANOS);
            case "prompt_eval_duration" -> promptNanos = number(value, MOST_NANOS);
            case "eval_duration" -> evalNanos = number(value, MOST_NANOS);
            case "done_reason", "finish_reason", "stop_reason" -> stopReason = word(value);
            default -> {}
        }
    }

    /**
     * A short word in quotes; what was known before where there is none, as in events before it.
     */
    private String word(int quote) {
        if (quote >= text.length() || text.charAt(quote) != '"') {
            return stopReason;
        }
        int end = quote + 1;
        while (end < text.length() && wordly(text.charAt(end))) {
            end++;
        }
        boolean whole = end < text.length() && text.charAt(end) == '"';
        return whole && end - quote <= LONGEST_REASON ? text.substring(quote + 1, end) : stopReason;
    }

    private static boolean wordly(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
    }

    /** A whole number; 0 for what is none, or too much to be believed. */
    private long number(int start, long most) {
        long value = 0;
        int at = start;
        for (; at < text.length() && digit(at); at++) {
            value = value * 10 + text.charAt(at) - '0';
            if (value > most) {
                return 0;
            }
        }
        return at < text.length() && ".eE".indexOf(text.charAt(at)) >= 0 ? 0 : value;
    }

    private boolean digit(int at) {
        return text.charAt(at) >= '0' && text.charAt(at) <= '9';
    }
}
