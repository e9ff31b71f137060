package dev.aicortex.catalogue.refresh;

import dev.aicortex.catalogue.Facts;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One model of one server, as the server tells it.
 *
 * @param digest SHA-256 of its manifest in hexadecimal; empty when the server does not say
 * @param sizeBytes on disk
 * @param modifiedAt RFC 3339
 * @param family the architecture, {@code details.family}
 * @param loaded whether it was in the server's memory
 * @param shown what {@code /api/show} adds, now or for the same content before; null when no server
 *     could tell
 */
public record FetchedModel(
        String name,
        String digest,
        long sizeBytes,
        String modifiedAt,
        String family,
        String parameters,
        String quantization,
        boolean loaded,
        @Nullable Shown shown) {
    /**
     * What {@code /api/show} adds.
     *
     * @param contextLength in tokens; 0 when the server does not say
     * @param license its short name, or the first line of its text
     */
    public record Shown(int contextLength, List<String> capabilities, String license) {
        public Shown {
            capabilities = List.copyOf(capabilities);
        }

        static Shown of(Facts facts) {
            return new Shown(facts.contextLength(), facts.capabilities(), facts.license());
        }
    }

    FetchedModel with(@Nullable Shown shown) {
        return new FetchedModel(
                name,
                digest,
                sizeBytes,
                modifiedAt,
                family,
                parameters,
                quantization,
                loaded,
                shown);
    }
}
