package dev.aicortex.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.quarkus.runtime.configuration.MemorySize;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The published schema is that of the keys, and the sample file follows it. */
class ConfigSchemaTest {
    private static final Path SCHEMA = Path.of("docs/aicortex.schema.json");
    private static final Path SAMPLE = Path.of("docs/aicortex.yaml");
    private static final Pattern ROW =
            Pattern.compile("(?m)^\\| `(cortex\\.[^`]+)` \\| [^|]* \\| (.*) \\|");
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Map<String, String> meanings = meanings();
    private final Map<String, String> defaults = Keys.all();

    private static Map<String, String> meanings() {
        Map<String, String> meanings = new HashMap<>();
        Matcher rows = ROW.matcher(text(Path.of("docs/configuration.md")));
        while (rows.find()) {
            String plain = rows.group(2).replaceAll("\\[([^]]*)]\\([^)]*\\)", "$1");
            meanings.put(rows.group(1), plain.replace("`", ""));
        }
        return meanings;
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** After a change of the keys: copy what it writes below target to docs. */
    @Test
    void thePublishedSchemaIsThatOfTheKeys() throws IOException {
        ObjectNode schema = JsonNodeFactory.instance.objectNode();
        schema.put("$schema", "https://json-schema.org/draft/2020-12/schema");
        schema.put("title", "AI Cortex");
        schema.put("description", "The configuration's file, cortex.config, in YAML.");
        schema.setAll(schema(KeyShape.all(), "cortex"));
        ObjectNode properties = (ObjectNode) schema.get("properties");
        properties.putObject("cortex").put("$ref", "#").put("description", "The same keys.");
        properties.putObject("quarkus").put("type", "object").put("description", "Quarkus' own.");
        String expected = JSON.writerWithDefaultPrettyPrinter().writeValueAsString(schema) + "\n";
        Files.writeString(Path.of("target").resolve(SCHEMA.getFileName()), expected);
        assertThat(text(SCHEMA)).isEqualTo(expected);
    }

    private ObjectNode schema(KeyShape shape, String key) {
        ObjectNode schema = JsonNodeFactory.instance.objectNode();
        switch (shape) {
            case KeyShape.Group(var keys) -> {
                schema.put("type", "object").put("additionalProperties", false);
                ObjectNode properties = schema.putObject("properties");
                keys.forEach((name, of) -> properties.set(name, schema(of, key + "." + name)));
            }
            case KeyShape.Entries(KeyShape each) ->
                    schema.put("type", "object")
                            .set("additionalProperties", schema(each, key + ".<name>"));
            case KeyShape.Many(KeyShape.Value each) -> {
                ArrayNode either = schema.putArray("anyOf");
                ObjectNode list = either.addObject().put("type", "array");
                list.set("items", schema(each, ""));
                either.addObject().put("type", "string");
            }
            case KeyShape.Value value -> value(value, schema);
            case KeyShape.Foreign _ -> schema.put("type", "object");
        }
        describe(schema, key);
        return schema;
    }

    /** A text stands for any of them: it may be {@code ${A_VARIABLE}}. */
    private static void value(KeyShape.Value value, ObjectNode schema) {
        List<String> words = value.words();
        if (!words.isEmpty()) {
            ArrayNode either = schema.putArray("anyOf");
            ArrayNode known = either.addObject().putArray("enum");
            words.forEach(known::add);
            either.addObject().put("type", "string").put("pattern", "\\$\\{");
            return;
        }
        Class<?> type = value.type();
        ArrayNode types = schema.putArray("type");
        if (type == Integer.class || type == Duration.class || type == MemorySize.class) {
            types.add("integer");
        } else if (type == Double.class) {
            types.add("number");
        } else if (type == Boolean.class) {
            types.add("boolean");
        } else {
            types.add("number").add("boolean");
        }
        types.add("string");
    }

    private void describe(ObjectNode schema, String key) {
        if (meanings.containsKey(key)) {
            schema.put("description", meanings.get(key));
        }
        String usual = defaults.getOrDefault(key, "");
        if (!usual.isEmpty()) {
            schema.put("default", usual);
        }
    }

    @Test
    void theSampleFileFollowsIt() throws IOException {
        assertThat(text(SAMPLE).lines().findFirst())
                .hasValue("# yaml-language-server: $schema=aicortex.schema.json");
        var schema =
                SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                        .getSchema(text(SCHEMA), InputFormat.JSON);
        assertThat(schema.validate(text(SAMPLE), InputFormat.YAML)).isEmpty();
        assertThat(ConfigFile.read(SAMPLE).problems()).isEmpty();
    }
}
