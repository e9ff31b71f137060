package dev.aicortex.http;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The secrets that a request brings, wherever its client puts them; pure. */
final class Credentials {
    private static final String BEARER = "bearer ";
    private static final String BASIC = "basic ";

    private Credentials() {}

    /**
     * None, one, or two where a client sends both headers; never blank ones.
     *
     * @param authorization the header {@code Authorization}
     * @param apiKey the header {@code x-api-key}
     */
    static List<String> sent(@Nullable String authorization, @Nullable String apiKey) {
        return Stream.concat(
                        Optional.ofNullable(authorization).flatMap(Credentials::secret).stream(),
                        Stream.ofNullable(apiKey))
                .map(String::strip)
                .filter(secret -> !secret.isEmpty())
                .toList();
    }

    private static Optional<String> secret(String authorization) {
        String folded = authorization.toLowerCase(Locale.ROOT);
        if (folded.startsWith(BEARER)) {
            return Optional.of(authorization.substring(BEARER.length()));
        }
        return folded.startsWith(BASIC)
                ? password(authorization.substring(BASIC.length()).strip())
                : Optional.empty();
    }

    /** What stands behind the first colon; the user's name does not matter. */
    private static Optional<String> password(String base64) {
        try {
            byte[] bytes = Base64.getDecoder().decode(base64);
            String both = new String(bytes, StandardCharsets.UTF_8);
            int colon = both.indexOf(':');
            return colon < 0 ? Optional.empty() : Optional.of(both.substring(colon + 1));
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }
}
