package dev.aicortex.catalogue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aicortex.model.ModelName;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * One family of models: one file.
 *
 * @param name {@code llama}; the file's name without {@code .json}
 * @param extra fields of the file that are not ours
 */
public record Family(String name, List<Model> models, Map<String, JsonNode> extra)
        implements Comparable<Family> {
    /** Where models go whose family nobody knows. */
    public static final String OTHERS = "others";

    /** Of the name of a family's file. */
    static final String SUFFIX = ".json";

    /** A name that is safe as a file's name. */
    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._-]{0,63}");

    public Family {
        models = List.copyOf(models);
    }

    /** This family, with these models instead of its own. */
    public Family withModels(List<Model> models) {
        return new Family(name, models, extra);
    }

    static boolean validName(String name) {
        return NAME.matcher(name).matches();
    }

    /** The name of its file. */
    public String file() {
        return name + SUFFIX;
    }

    /** All models by the name that is compared; the first one where two families have it. */
    public static Map<ModelName, Model> byName(List<Family> families) {
        Map<ModelName, Model> models = new TreeMap<>();
        families.forEach(
                family -> family.models().forEach(model -> models.putIfAbsent(model.key(), model)));
        return models;
    }

    @Override
    public int compareTo(Family other) {
        return name.compareTo(other.name);
    }
}
