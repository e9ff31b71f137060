package dev.aicortex.catalogue.refresh;

import com.fasterxml.jackson.annotation.JsonValue;
import dev.aicortex.catalogue.Family;
import dev.aicortex.catalogue.Model;
import dev.aicortex.model.ModelName;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
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
        Map<ModelName, Model> old = Family.byName(before);
        Map<ModelName, Model> now = Family.byName(after);
        Set<ModelName> names = new TreeSet<>(old.keySet());
        names.addAll(now.keySet());
        List<Change> changes = new ArrayList<>();
        for (ModelName name : names) {
            Model was = old.get(name);
            Model is = now.get(name);
            if (is == null) {
                Model gone = Objects.requireNonNull(was);
                changes.add(new Change(Kind.REMOVED, gone.name(), gone.family()));
            } else if (!is.equals(was)) {
                Kind kind = was == null ? Kind.ADDED : Kind.CHANGED;
                changes.add(new Change(kind, is.name(), is.family()));
            }
        }
        return changes;
    }
}
