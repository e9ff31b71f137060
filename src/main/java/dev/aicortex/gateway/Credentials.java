package dev.aicortex.gateway;

import java.util.regex.Pattern;

/**
 * Masks what looks like a credential, in any text: JSON, escaped once or more, code, a log. Rather
 * too much than too little. One that is in pieces, as a stream has it token by token, is not seen.
 */
final class Credentials {
    private static final String MASK = "***";

    /** A name and its value, in JSON, YAML, code or a header. */
    private static final String IS = "[\"'\\\\]{0,8}+ {0,4}+[:=] {0,4}+[\"'\\\\]{0,8}+";

    private static final String SENT = "[A-Za-z0-9._~+/=-]{8,}+";

    /** Not behind a letter or digit, unless that ends an escape of JSON. */
    private static final String EDGE = "(?<=^|[^A-Za-z0-9]|\\\\[bfnrt]|\\\\u[0-9A-Fa-f]{4})";

    /**
     * In groups what stays. Takes a time that grows with the text's length alone, whoever wrote
     * that: all that may stand in front of a value is bounded, and a value matches as soon as it is
     * long enough, takes all that follows of its kind, and is never looked at again.
     */
    private static final Pattern CREDENTIAL =
            Pattern.compile(
                    String.join(
                            "|",
                            "((?i:bearer) {1,4}+)" + SENT,
                            "((?i:authorization)" + IS + "\\w{1,12}+ {1,4}+)" + SENT,
                            "((?i:password|passwd|secret|(?:api|access)[-_]?key|(?:access|auth)[-_]?token)"
                                    + IS
                                    + ")[^\\s\"'\\\\,;&<>]{6,}+",
                            EDGE
                                    + "(?:([cs]k-)[\\w-]{8,}+|([rs]k_(?:live|test)_|gh[opsur]_|github_pat_|glpat-|xox[a-z]-|hf_|AKIA|AIza|eyJ)[\\w.-]{16,}+)",
                            "(-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----)[A-Za-z0-9+/=\\\\\\s]{8,}+"));

    private Credentials() {}

    static String masked(String text) {
        return CREDENTIAL.matcher(text).replaceAll("$1$2$3$4$5$6" + MASK);
    }
}
