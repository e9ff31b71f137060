package dev.aicortex.catalogue.refresh;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.aicortex.catalogue.FamilyFile;
import dev.aicortex.catalogue.Model;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A field of a model's entry that differs between two states of the volume.
 *
 * @param field as the family's file has it
 * @param from its value before; absent where it was not there
 * @param to its value after
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record FieldChange(String field, @Nullable JsonNode from, @Nullable JsonNode to) {
    /** What differs, in the order of the file. */
    public static List<FieldChange> between(Model before, Model after) {
        ObjectNode old = FamilyFile.entry(before);
        ObjectNode now = FamilyFile.entry(after);
        Set<String> fields = new LinkedHashSet<>();
        old.fieldNames().forEachRemaining(fields::add);
        now.fieldNames().forEachRemaining(fields::add);
        return fields.stream()
                .filter(field -> !Objects.equals(old.get(field), now.get(field)))
                .map(field -> new FieldChange(field, old.get(field), now.get(field)))
                .toList();
    }
}
