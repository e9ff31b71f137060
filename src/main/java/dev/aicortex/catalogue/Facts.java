package dev.aicortex.catalogue;

import java.util.List;

/**
 * What servers tell of a model; empty or 0 where nobody has told yet.
 *
 * @param size on disk as people write it, {@code 2.0 GB}
 * @param sizeBytes the same in bytes
 * @param parameters how many, as in {@code 3B}
 * @param quantization for example {@code Q4_K_M}
 * @param contextLength in tokens, the most it was trained for
 * @param digest SHA-256 of its manifest in hexadecimal
 * @param capabilities of {@code completion}, {@code tools}, {@code thinking}, {@code vision},
 *     {@code embedding}, {@code insert}
 * @param license its short name
 * @param modifiedAt RFC 3339, when a server last changed it
 */
public record Facts(
        String size,
        long sizeBytes,
        String parameters,
        String quantization,
        int contextLength,
        String digest,
        List<String> capabilities,
        String license,
        String modifiedAt) {
    /** Nothing is known. */
    public static final Facts NONE = new Facts("", 0, "", "", 0, "", List.of(), "", "");

    public Facts {
        capabilities = List.copyOf(capabilities);
    }

    /** These facts, with what they leave open taken from {@code older} ones. */
    public Facts over(Facts older) {
        return new Facts(
                first(size, older.size),
                sizeBytes > 0 ? sizeBytes : older.sizeBytes,
                first(parameters, older.parameters),
                first(quantization, older.quantization),
                contextLength > 0 ? contextLength : older.contextLength,
                first(digest, older.digest),
                capabilities.isEmpty() ? older.capabilities : capabilities,
                first(license, older.license),
                first(modifiedAt, older.modifiedAt));
    }

    /** Whether somebody has described the model beyond what a model list says. */
    public boolean described() {
        return contextLength > 0 || !capabilities.isEmpty();
    }

    /** What stays true when the model's content has become another one. */
    public Facts withoutContent() {
        return new Facts(
                size, sizeBytes, parameters, quantization, 0, "", List.of(), "", modifiedAt);
    }

    private static String first(String a, String b) {
        return a.isEmpty() ? b : a;
    }
}
