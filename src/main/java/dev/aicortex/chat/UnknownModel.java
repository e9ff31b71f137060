package dev.aicortex.chat;

import dev.aicortex.catalogue.Catalogue;
import dev.aicortex.catalogue.Model;
import dev.aicortex.catalogue.ModelQuery;
import dev.aicortex.fleet.FleetSnapshot;
import dev.aicortex.model.ModelName;
import dev.aicortex.model.ModelNotFoundException;
import dev.aicortex.model.NearestNames;
import dev.aicortex.ollama.TagList;
import java.util.List;
import java.util.stream.Stream;

/** What to say of a model that no server of the fleet holds. */
public final class UnknownModel {
    private static final int SUGGESTIONS = 3;

    private UnknownModel() {}

    /** Where to get it when the catalogue has it, else the names that may have been meant. */
    public static ModelNotFoundException error(
            String spelling, FleetSnapshot fleet, Catalogue catalogue) {
        if (catalogue.model(ModelName.of(spelling)).isPresent()) {
            return ModelNotFoundException.notPulled(spelling);
        }
        List<String> known =
                Stream.concat(
                                fleet.models().stream().map(TagList.Tag::label),
                                catalogue.find(ModelQuery.ALL).stream().map(Model::name))
                        .distinct()
                        .toList();
        return new ModelNotFoundException(spelling, NearestNames.of(spelling, known, SUGGESTIONS));
    }
}
