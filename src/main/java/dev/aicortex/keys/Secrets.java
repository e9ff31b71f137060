package dev.aicortex.keys;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The secrets of keys: how one is made, and where a request carries it. */
public final class Secrets {
    /** By which people and scanners of repositories know one. */
    private static final String PREFIX = "ck-";

    private static final int BYTES = 32;
    private static final String BEARER = "bearer ";
    private static final String BASIC = "basic ";
    private static final Pattern DIGEST = Pattern.compile("sha256:[0-9a-fA-F]{64}");
    private static final SecureRandom RANDOM = new SecureRandom();

    private Secrets() {}

    /** A new one, of 256 random bits. */
    static String made() {
        byte[] bytes = new byte[BYTES];
        RANDOM.nextBytes(bytes);
        return PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /**
     * Those that a request carries, never blank ones.
     *
     * @param authorization the header: a bearer, or the password of Basic authentication
     * @param apiKey the header {@code x-api-key}
     */
    public static List<String> sent(@Nullable String authorization, @Nullable String apiKey) {
        String first = authorization == null ? "" : inAuthorization(authorization).strip();
        String second = apiKey == null ? "" : apiKey.strip();
        if (first.isEmpty()) {
            return second.isEmpty() ? List.of() : List.of(second);
        }
        return second.isEmpty() || second.equals(first) ? List.of(first) : List.of(first, second);
    }

    private static String inAuthorization(String header) {
        if (begins(header, BEARER)) {
            return header.substring(BEARER.length());
        }
        return begins(header, BASIC) ? password(header.substring(BASIC.length()).strip()) : "";
    }

    private static boolean begins(String header, String scheme) {
        return header.regionMatches(true, 0, scheme, 0, scheme.length());
    }

    /** What stands behind the first colon; the user's name does not matter. */
    private static String password(String base64) {
        try {
            String both = new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
            int colon = both.indexOf(':');
            return colon < 0 ? "" : both.substring(colon + 1);
        } catch (IllegalArgumentException _) {
            return "";
        }
    }

    /** The digest of what {@code cortex.keys} has: a secret, or {@code sha256:} and its digest. */
    static Digest digest(String configured) {
        return DIGEST.matcher(configured).matches()
                ? Digest.ofHex(configured.substring("sha256:".length()))
                : Digest.of(configured);
    }
}
