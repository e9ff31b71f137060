package dev.aicortex.ollama;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What {@code POST /api/show} answers, without tensors.
 *
 * @param modelInfo of the facts in the model's file those that are asked for below, by names such
 *     as {@code llama.context_length}
 * @param license the whole text
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record ModelDetails(
        TagList.@Nullable Details details,
        @JsonProperty("model_info") @JsonDeserialize(using = FileFacts.class)
                @Nullable Map<String, Object> modelInfo,
        @Nullable List<String> capabilities,
        @Nullable String license) {
    private static final int LONGEST_LICENSE_NAME = 100;
    private static final String CONTEXT_LENGTH = ".context_length";

    /** {@code <architecture>.context_length} in tokens; 0 when the file does not say. */
    public int contextLength() {
        String architecture = text("general.architecture");
        Object length = info().get(architecture + CONTEXT_LENGTH);
        return length instanceof Number number && number.longValue() <= Integer.MAX_VALUE
                ? Math.max(0, number.intValue())
                : 0;
    }

    /** The licence's short name, else the first line of its text; empty when there is neither. */
    public String licenseName() {
        String name = text("general.license");
        if (!name.isEmpty() || license == null) {
            return name;
        }
        String line = license.strip().lines().findFirst().orElse("").strip();
        return line.substring(0, Math.min(line.length(), LONGEST_LICENSE_NAME));
    }

    /** What it can do; empty when the server is too old to say. */
    public List<String> abilities() {
        return capabilities == null
                ? List.of()
                : capabilities.stream().filter(Objects::nonNull).toList();
    }

    private String text(String key) {
        return info().get(key) instanceof String text ? text : "";
    }

    private Map<String, Object> info() {
        return modelInfo == null ? Map.of() : modelInfo;
    }

    /** Keeps the few facts that are needed of the many that a file may have. */
    static final class FileFacts extends JsonDeserializer<Map<String, Object>> {
        private static final int MOST = 100;

        @Override
        public Map<String, Object> deserialize(JsonParser json, DeserializationContext context)
                throws IOException {
            Map<String, Object> facts = new LinkedHashMap<>();
            if (json.currentToken() != JsonToken.START_OBJECT) {
                json.skipChildren();
                return facts;
            }
            for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
                JsonToken value = json.nextToken();
                boolean needed = name.startsWith("general.") || name.endsWith(CONTEXT_LENGTH);
                if (needed && facts.size() < MOST && value.isNumeric()) {
                    facts.put(name, json.getNumberValue());
                } else if (needed && facts.size() < MOST && value == JsonToken.VALUE_STRING) {
                    facts.put(name, json.getText());
                } else {
                    json.skipChildren();
                }
            }
            return facts;
        }
    }
}
