package dev.aicortex.catalogue.refresh;

import com.fasterxml.jackson.annotation.JsonValue;
import dev.aicortex.catalogue.Family;
import dev.aicortex.catalogue.Model;
import dev.aicortex.model.ModelName;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/** One model that differs between two states of the volume. */
public record Change(Kind kind, String model, String family) {
    /** How it differs. */
    public enum Kind {
        ADDED,
        CHANGED,
        REMOVED;

        /** The word of metrics and commands. */
        @JsonValue
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** What leads from {@code before} to {@code after}, by the models' names. */
    public static List<Change> between(List<Family> before, List<Family> after) {
        Map<ModelName, Model> old = byName(before);
        Map<ModelName, Model> now = byName(after);
        TreeSet<ModelName> names = new TreeSet<>(old.keySet());
        names.addAll(now.keySet());
        List<Change> changes = new ArrayList<>();
        for (ModelName name : names) {
            Model was = old.get(name);
            Model is = now.get(name);
            if (was == null && is != null) {
                changes.add(new Change(Kind.ADDED, is.name(), is.family()));
            } else if (was != null && is == null) {
                changes.add(new Change(Kind.REMOVED, was.name(), was.family()));
            } else if (was != null && is != null && !was.equals(is)) {
                changes.add(new Change(Kind.CHANGED, is.name(), is.family()));
            }
        }
        return changes;
    }

    static Map<ModelName, Model> byName(List<Family> families) {
        Map<ModelName, Model> models = new TreeMap<>();
        families.forEach(
                family -> family.models().forEach(model -> models.putIfAbsent(model.key(), model)));
        return models;
    }
}
