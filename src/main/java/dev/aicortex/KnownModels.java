package dev.aicortex;

import dev.aicortex.catalogue.Catalogue;
import dev.aicortex.catalogue.CatalogueStore;
import dev.aicortex.catalogue.Facts;
import dev.aicortex.catalogue.Family;
import dev.aicortex.catalogue.Model;
import dev.aicortex.catalogue.ModelQuery;
import dev.aicortex.fleet.Fleet;
import dev.aicortex.fleet.FleetSnapshot;
import dev.aicortex.gateway.UnknownModel;
import dev.aicortex.model.Bytes;
import dev.aicortex.model.ModelName;
import dev.aicortex.model.ModelNotFoundException;
import dev.aicortex.model.NearestNames;
import dev.aicortex.model.ValidationException;
import dev.aicortex.ollama.TagList;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The models of the catalogue, and those that a server has had only since its last refresh. */
@Singleton
class KnownModels {
    private static final int SUGGESTIONS = 3;
    private static final String EMBEDDING = "embedding";

    private final CatalogueStore store;
    private final Fleet fleet;

    KnownModels(CatalogueStore store, Fleet fleet) {
        this.store = store;
        this.fleet = fleet;
    }

    List<Family> families() {
        return List.copyOf(store.catalogue().families());
    }

    List<Model> find(ModelQuery query) {
        Catalogue catalogue = store.catalogue();
        Stream<Model> uncatalogued =
                fleet.snapshot().models().stream()
                        .map(KnownModels::live)
                        .filter(model -> catalogue.model(model.key()).isEmpty())
                        .filter(query::matches);
        return Stream.concat(catalogue.find(query).stream(), uncatalogued)
                .sorted(Model.BY_NAME)
                .toList();
    }

    /**
     * The models of one family.
     *
     * @throws ValidationException when there is no such family
     */
    List<Model> family(String name) {
        List<Model> models = find(ModelQuery.family(name));
        Catalogue catalogue = store.catalogue();
        if (name.isBlank() || (models.isEmpty() && catalogue.family(name).isEmpty())) {
            List<String> known = catalogue.families().stream().map(Family::name).toList();
            List<String> near = NearestNames.of(name, known, SUGGESTIONS);
            throw ValidationException.of(
                    "family",
                    name,
                    "is no family",
                    near.isEmpty() ? "see families()" : "did you mean " + String.join(", ", near));
        }
        return models;
    }

    /**
     * One model.
     *
     * @throws ModelNotFoundException when neither the catalogue nor the fleet has it
     */
    Model one(String spelling) {
        ModelName name = ModelName.of(spelling);
        FleetSnapshot snapshot = fleet.snapshot();
        return store.catalogue()
                .model(name)
                .or(() -> snapshot.tag(name).map(KnownModels::live))
                .or(() ->
                        snapshot.holders(name).stream()
                                .findFirst()
                                .map(state -> state.models().get(name))
                                .map(KnownModels::live))
                .orElseThrow(() -> UnknownModel.error(spelling, snapshot, store.catalogue()));
    }

    /**
     * The first model of the fleet, by name, that can chat as far as is known.
     *
     * @return waits for the first look at the fleet; fails with a {@link ModelNotFoundException}
     *     when there is none
     */
    Uni<String> first() {
        return Uni.createFrom()
                .<Boolean>emitter(emitter -> fleet.swept().onComplete(_ -> emitter.complete(true)))
                .map(_ -> firstNow());
    }

    private String firstNow() {
        Catalogue catalogue = store.catalogue();
        return fleet.snapshot().models().stream()
                .map(TagList.Tag::label)
                .filter(name -> chats(catalogue, name))
                .findFirst()
                .orElseThrow(ModelNotFoundException::none);
    }

    private static boolean chats(Catalogue catalogue, String label) {
        ModelName name = ModelName.of(label);
        return catalogue
                .model(name)
                .map(model -> model.facts().capabilities())
                .filter(capabilities -> !capabilities.isEmpty())
                .map(capabilities -> !capabilities.contains(EMBEDDING))
                .orElse(!name.namesAnEmbedding());
    }

    private static Model live(TagList.Tag tag) {
        TagList.Details details = tag.details();
        String family = details == null ? "" : text(details.family());
        Facts facts =
                new Facts(
                        Bytes.text(tag.size()),
                        tag.size(),
                        details == null ? "" : text(details.parameterSize()),
                        details == null ? "" : text(details.quantizationLevel()),
                        0,
                        text(tag.digest()),
                        List.of(),
                        "",
                        text(tag.modifiedAt()));
        return Model.named(tag.label(), family.isEmpty() ? Family.OTHERS : family).withFacts(facts);
    }

    private static String text(@Nullable String text) {
        return Objects.requireNonNullElse(text, "");
    }
}
