package dev.aicortex.catalogue;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A model while its fields are being read, in whatever order they come. */
final class ModelDraft {
    String name = "";
    String family = "";
    String size = "";
    long sizeBytes;
    String parameters = "";
    String quantization = "";
    int contextLength;
    String description = "";
    List<String> tags = List.of();
    List<ModelServer> servers = List.of();
    String digest = "";
    List<String> capabilities = List.of();
    String license = "";
    String modifiedAt = "";
    final Map<String, JsonNode> extra = new LinkedHashMap<>();

    Model model() {
        Facts facts =
                new Facts(
                        size,
                        sizeBytes,
                        parameters,
                        quantization,
                        contextLength,
                        digest,
                        capabilities,
                        license,
                        modifiedAt);
        Map<String, JsonNode> kept =
                extra.isEmpty() ? Map.of() : Collections.unmodifiableMap(extra);
        return new Model(name, family, facts, description, tags, servers, kept);
    }
}
