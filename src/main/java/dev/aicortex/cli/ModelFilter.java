package dev.aicortex.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine.Option;

/** Which models of the catalogue a command lists. */
final class ModelFilter {
    @Option(
            names = "--family",
            paramLabel = "FAMILY",
            description = "Only models of this family, for example llama.")
    private String family = "";

    @Option(
            names = "--tag",
            paramLabel = "TAG",
            description = "Only models with this tag, for example chat.")
    private String tag = "";

    @Option(
            names = "--capability",
            paramLabel = "ABILITY",
            description =
                    "Only models that can do this: completion, tools, thinking, vision, embedding,"
                            + " insert.")
    private String capability = "";

    @Option(names = "--available", description = "Only models that a server holds now.")
    private boolean available;

    /** Whether it leaves anything out. */
    boolean narrows() {
        return available || !(family + tag + capability).isBlank();
    }

    /**
     * The gateway's answer.
     *
     * @param text words that all have to be found; empty for any
     */
    JsonNode find(CortexClient cortex, String text) {
        JsonNode answer = cortex.get("/catalogue/models" + query(text), "models");
        if (available && answer.path("models") instanceof ArrayNode models) {
            models.removeIf(model -> !model.path("available").asBoolean());
        }
        return answer;
    }

    private String query(String text) {
        Map<String, String> asked = new LinkedHashMap<>();
        asked.put("q", text);
        asked.put("family", family);
        asked.put("tag", tag);
        asked.put("capability", capability);
        String query =
                asked.entrySet().stream()
                        .filter(entry -> !entry.getValue().isBlank())
                        .map(entry -> entry.getKey() + "=" + CortexClient.encoded(entry.getValue()))
                        .collect(Collectors.joining("&"));
        return query.isEmpty() ? "" : "?" + query;
    }
}
