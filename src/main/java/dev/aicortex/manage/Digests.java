package dev.aicortex.manage;

import dev.aicortex.model.ValidationException;
import java.util.Locale;
import java.util.regex.Pattern;

/** The digests that name blobs. */
final class Digests {
    private static final Pattern DIGEST = Pattern.compile("sha256[:-][0-9a-fA-F]{64}");

    private Digests() {}

    /**
     * The digest in one spelling, {@code sha256:} and 64 hexadecimal digits.
     *
     * @throws ValidationException when it is none
     */
    static String checked(String text) {
        if (!DIGEST.matcher(text).matches()) {
            throw ValidationException.of(
                    "digest", text, "is no digest", "write sha256: and 64 hexadecimal digits");
        }
        return text.replace('-', ':').toLowerCase(Locale.ROOT);
    }
}
