package dev.aicortex.api;

import java.util.List;

/**
 * A model on one server of the fleet.
 *
 * @param url without credentials
 * @param health {@code up}, {@code down} or {@code unknown}
 * @param version of its Ollama, empty while unknown
 * @param model as the server spells it
 * @param digest SHA-256 of its manifest in hexadecimal
 * @param sizeBytes on disk
 * @param modifiedAt RFC 3339
 * @param family as the server tells it, {@code llama}
 * @param parameters how many, {@code 3.2B}
 * @param quantization for example {@code Q4_K_M}
 * @param contextLength in tokens; 0 when not known
 * @param capabilities of {@code completion}, {@code tools}, {@code thinking}, {@code vision},
 *     {@code embedding}, {@code insert}
 * @param license its short name
 */
public record ServerInfo(
        String url,
        String health,
        String version,
        String model,
        String digest,
        long sizeBytes,
        String modifiedAt,
        String family,
        String parameters,
        String quantization,
        int contextLength,
        List<String> capabilities,
        String license) {
    public ServerInfo {
        capabilities = List.copyOf(capabilities);
    }
}
