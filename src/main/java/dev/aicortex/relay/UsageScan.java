package dev.aicortex.relay;

/** Finds the counts of every dialect in the end of an answer, by one pass over its fields. */
final class UsageScan {
    private static final int TOKENS_DIGITS = 12;
    private static final int NANOS_DIGITS = 15;

    private final String text;
    private long prompt;
    private long completion;
    private long loadNanos;
    private long promptNanos;
    private long evalNanos;

    private UsageScan(String text) {
        this.text = text;
    }

    /** What stands last in the text counts. */
    static Usage of(String text) {
        UsageScan scan = new UsageScan(text);
        for (int colon = text.indexOf(':'); colon >= 0; colon = text.indexOf(':', colon + 1)) {
            scan.field(colon);
        }
        return new Usage(
                scan.prompt, scan.completion, scan.loadNanos, scan.promptNanos, scan.evalNanos);
    }

    /** All of the names that count end in one of three letters, which most others do not. */
    private void field(int colon) {
        int end = colon - 1;
        while (end > 0 && blank(end)) {
            end--;
        }
        char last = end < 1 || text.charAt(end) != '"' ? 0 : text.charAt(end - 1);
        if (last != 't' && last != 's' && last != 'n') {
            return;
        }
        int quote = text.lastIndexOf('"', end - 1);
        // within a string the quotes would be escaped
        if (quote >= 0 && (quote == 0 || text.charAt(quote - 1) != '\\')) {
            found(text.substring(quote + 1, end), colon + 1);
        }
    }

    private boolean blank(int at) {
        char c = text.charAt(at);
        return c == ' ' || c == '\t' || c == '\r' || c == '\n';
    }

    private void found(String name, int value) {
        switch (name) {
            case "prompt_eval_count", "prompt_tokens", "input_tokens" ->
                    prompt = number(value, TOKENS_DIGITS);
            case "eval_count", "completion_tokens", "output_tokens" ->
                    completion = number(value, TOKENS_DIGITS);
            case "load_duration" -> loadNanos = number(value, NANOS_DIGITS);
            case "prompt_eval_duration" -> promptNanos = number(value, NANOS_DIGITS);
            case "eval_duration" -> evalNanos = number(value, NANOS_DIGITS);
            default -> {}
        }
    }

    private long number(int from, int digits) {
        int start = from;
        while (start < text.length() && blank(start)) {
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
