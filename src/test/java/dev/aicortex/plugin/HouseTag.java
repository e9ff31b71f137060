package dev.aicortex.plugin;

import dev.aicortex.catalogue.Family;
import dev.aicortex.catalogue.Model;
import dev.aicortex.catalogue.refresh.RefreshStep;
import dev.aicortex.catalogue.refresh.Resolution;
import java.util.List;
import java.util.stream.Stream;

/** Tags the models that this house has made. */
public final class HouseTag implements RefreshStep {
    private static final String TAG = "house";

    @Override
    public Resolution afterResolve(Resolution resolution) {
        List<Family> families = resolution.families().stream().map(HouseTag::tagged).toList();
        return new Resolution(resolution.base(), families, resolution.warnings());
    }

    private static Family tagged(Family family) {
        List<Model> models = family.models().stream().map(HouseTag::tagged).toList();
        return new Family(family.name(), models, family.extra());
    }

    private static Model tagged(Model model) {
        if (!model.name().startsWith("house-") || model.tags().contains(TAG)) {
            return model;
        }
        List<String> tags = Stream.concat(model.tags().stream(), Stream.of(TAG)).sorted().toList();
        return new Model(
                model.name(),
                model.family(),
                model.facts(),
                model.description(),
                tags,
                model.servers(),
                model.extra());
    }
}
