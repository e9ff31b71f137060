package dev.aicortex.api;

import dev.aicortex.model.ValidationException;
import java.util.Base64;

/**
 * A picture for a model that sees, in a format that the server knows (PNG or JPEG for sure).
 *
 * @param base64 the file's bytes in Base64
 */
public record Image(String base64) {
    private static final int SHOWN = 20;

    /** Refuses what is empty or not Base64 with a {@link ValidationException}. */
    public Image {
        if (base64.isEmpty()) {
            throw ValidationException.of("images", "", "is empty", "give the bytes of a file");
        }
        try {
            Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            throw ValidationException.of(
                    "images",
                    base64.substring(0, Math.min(SHOWN, base64.length())),
                    "is not Base64",
                    "give the file's bytes to Image.of, or their Base64 without a data: prefix");
        }
    }

    /** The picture whose file has these bytes. */
    public static Image of(byte[] file) {
        return new Image(Base64.getEncoder().encodeToString(file));
    }

    /** Not the picture itself, which would flood a log. */
    @Override
    public String toString() {
        return "Image[" + base64.length() + " characters of Base64]";
    }
}
