package dev.aicortex.catalogue;

import dev.aicortex.model.ModelName;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a person has just put beside the generations, over what the generation says of the same
 * models, also when it says it in another family.
 */
final class HandPlaced {
    private final Set<String> placed;
    private final Map<ModelName, Model> generated = new HashMap<>();
    private final Set<ModelName> theirs = new HashSet<>();

    private HandPlaced(List<Family> families, Set<String> placed) {
        this.placed = placed;
        for (Family family : families) {
            for (Model model : family.models()) {
                if (placed.contains(family.name())) {
                    theirs.add(model.key());
                } else {
                    generated.putIfAbsent(model.key(), model);
                }
            }
        }
    }

    /**
     * The families with each model in one of them.
     *
     * @param placed the names of the families whose files a person put there
     */
    static List<Family> first(List<Family> families, Set<String> placed) {
        if (placed.isEmpty()) {
            return families;
        }
        HandPlaced merge = new HandPlaced(families, placed);
        return families.stream().map(merge::family).toList();
    }

    private Family family(Family family) {
        boolean byHand = placed.contains(family.name());
        List<Model> models = new ArrayList<>();
        for (Model model : family.models()) {
            if (byHand) {
                models.add(overGenerated(model));
            } else if (!theirs.contains(model.key())) {
                models.add(model);
            }
        }
        return new Family(family.name(), models, family.extra());
    }

    private Model overGenerated(Model model) {
        Model old = generated.get(model.key());
        if (old == null) {
            return model;
        }
        Model whole = model.over(old);
        return model.servers().isEmpty() ? whole.withServers(old.servers()) : whole;
    }
}
