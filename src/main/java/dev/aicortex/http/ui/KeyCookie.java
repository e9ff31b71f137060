package dev.aicortex.http.ui;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The cookie that has the key of whoever is signed in at the page. Scripts do not see it, and
 * browsers send it under {@code /ui} alone, for pages of this site alone.
 */
final class KeyCookie {
    static final String NAME = "cortex_key";

    private static final int SECONDS = 12 * 60 * 60;
    private static final String ATTRIBUTES = "; Path=/ui; HttpOnly; SameSite=Strict";

    private KeyCookie() {}

    /** The {@code Set-Cookie} that has browsers keep a key. */
    static String keep(String secret, boolean secure) {
        String text =
                Base64.getUrlEncoder()
                        .withoutPadding()
                        .encodeToString(secret.getBytes(StandardCharsets.UTF_8));
        return cookie(text, SECONDS, secure);
    }

    /** The {@code Set-Cookie} that has them drop it. */
    static String drop(boolean secure) {
        return cookie("", 0, secure);
    }

    private static String cookie(String value, int seconds, boolean secure) {
        return NAME
                + "="
                + value
                + "; Max-Age="
                + seconds
                + ATTRIBUTES
                + (secure ? "; Secure" : "");
    }

    /**
     * The key in these {@code Cookie} headers. What is malformed is none: other programs on this
     * host may set cookies of this name. Of two the first counts, as browsers send that of the
     * longest path first.
     */
    static Optional<String> in(List<String> headers) {
        return headers.stream()
                .flatMap(header -> Stream.of(header.split(";")))
                .map(String::strip)
                .filter(pair -> pair.startsWith(NAME + "="))
                .flatMap(pair -> decoded(pair.substring(NAME.length() + 1)).stream())
                .findFirst();
    }

    private static Optional<String> decoded(String value) {
        try {
            byte[] bytes = Base64.getUrlDecoder().decode(value);
            String text =
                    StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
            return Optional.of(text).filter(KeyCookie::canBeSent);
        } catch (IllegalArgumentException | CharacterCodingException _) {
            return Optional.empty();
        }
    }

    /** Whether a header can hold it. */
    static boolean canBeSent(String secret) {
        return !secret.isBlank() && secret.chars().noneMatch(Character::isISOControl);
    }
}
