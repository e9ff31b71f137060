package dev.aicortex.http.admin;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.aicortex.catalogue.CatalogueStore;
import dev.aicortex.catalogue.Disk;
import dev.aicortex.catalogue.Family;
import dev.aicortex.catalogue.Generations;
import dev.aicortex.catalogue.KeptGenerations;
import dev.aicortex.catalogue.Lease;
import dev.aicortex.catalogue.Model;
import dev.aicortex.catalogue.Volume;
import dev.aicortex.catalogue.refresh.Change;
import dev.aicortex.catalogue.refresh.FieldChange;
import dev.aicortex.model.ModelName;
import dev.aicortex.model.ServerException;
import dev.aicortex.model.ValidationException;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/** {@code /admin/generations}: what the catalogue was, and the way back. */
@Path("/admin/generations")
@Produces(MediaType.APPLICATION_JSON)
@AdminGuard.AdminOnly
@RunOnVirtualThread
public class GenerationsResource {
    private static final Logger LOG = Logger.getLogger(GenerationsResource.class);
    private static final int RETRY_SECONDS = 5;

    private final CatalogueStore store;

    GenerationsResource(CatalogueStore store) {
        this.store = store;
    }

    /** Those that the volume keeps, the newest first. */
    public record GenerationList(List<GenerationEntry> generations) {}

    /**
     * One of them.
     *
     * @param generation its number, eight digits
     * @param written when, RFC 3339
     * @param current whether it is the one that counts
     */
    public record GenerationEntry(
            String generation, String written, int families, int models, boolean current) {
        static GenerationEntry of(Generations.Past past) {
            return new GenerationEntry(
                    past.number(),
                    past.writtenAt().truncatedTo(ChronoUnit.SECONDS).toString(),
                    past.families(),
                    past.models(),
                    past.current());
        }
    }

    /** The models that differ between two generations, by name. */
    public record Difference(
            String from,
            String to,
            List<ModelEntry> added,
            List<ChangedModel> changed,
            List<ModelEntry> removed,
            List<String> warnings) {}

    public record ModelEntry(String model, String family) {
        static List<ModelEntry> all(List<Change> changes, Change.Kind kind) {
            return changes.stream()
                    .filter(change -> change.kind() == kind)
                    .map(change -> new ModelEntry(change.model(), change.family()))
                    .toList();
        }
    }

    public record ChangedModel(String model, String family, List<FieldChange> fields) {}

    /**
     * A generation that is the current one now.
     *
     * @param before the one that was; the same where nothing changed
     * @param byHand whether files that people put beside the generations count over it
     */
    public record RestoredEntry(
            String generation, String before, @JsonProperty("by_hand") boolean byHand) {}

    private interface OnVolume<T> {
        T of(Volume volume) throws IOException;
    }

    private <T> T read(OnVolume<T> work) {
        Volume volume = store.volume();
        try {
            return work.of(volume);
        } catch (IOException e) {
            throw ServerException.unavailable(
                    "the catalogue in %s cannot be used: %s".formatted(volume.dir(), e),
                    RETRY_SECONDS);
        }
    }

    @GET
    public GenerationList generations() {
        return read(volume ->
                new GenerationList(
                        new Generations(volume, new Disk())
                                .history().reversed().stream().map(GenerationEntry::of).toList()));
    }

    /**
     * What leads from one to another.
     *
     * @param to the current one when not given
     */
    @GET
    @Path("{generation}/diff")
    public Difference diff(String generation, @RestQuery @Nullable String to) {
        return read(volume -> {
            KeptGenerations kept = KeptGenerations.of(volume);
            String before = named(kept, generation);
            return difference(
                    volume, before, named(kept, to == null || to.isBlank() ? kept.current() : to));
        });
    }

    private static Difference difference(Volume volume, String from, String to) throws IOException {
        List<String> malformed = new ArrayList<>();
        List<Family> before = volume.generation(from, malformed);
        List<Family> after = volume.generation(to, malformed);
        Map<ModelName, Model> old = Family.byName(before);
        Map<ModelName, Model> now = Family.byName(after);
        List<Change> changes = Change.between(before, after);
        return new Difference(
                from,
                to,
                ModelEntry.all(changes, Change.Kind.ADDED),
                changes.stream()
                        .filter(change -> change.kind() == Change.Kind.CHANGED)
                        .map(change -> changed(change, old, now))
                        .toList(),
                ModelEntry.all(changes, Change.Kind.REMOVED),
                malformed.stream().distinct().map(what -> "skipped " + what).toList());
    }

    private static ChangedModel changed(
            Change change, Map<ModelName, Model> old, Map<ModelName, Model> now) {
        ModelName name = ModelName.of(change.model());
        return new ChangedModel(
                change.model(),
                change.family(),
                FieldChange.between(
                        Objects.requireNonNull(old.get(name)),
                        Objects.requireNonNull(now.get(name))));
    }

    /** Makes it the current one; the next refresh builds on it. */
    @POST
    @Path("{generation}/restore")
    public RestoredEntry restore(String generation) {
        KeptGenerations.Restored restored = read(volume -> restored(volume, generation));
        store.reload();
        if (restored.changed()) {
            LOG.infof(
                    "generation %s of the catalogue is current again; before it was %s",
                    restored.generation(), restored.before());
        }
        return new RestoredEntry(restored.generation(), restored.before(), restored.byHand());
    }

    private static KeptGenerations.Restored restored(Volume volume, String generation)
            throws IOException {
        try {
            return KeptGenerations.restore(volume, kept -> named(kept, generation));
        } catch (Lease.HeldException e) {
            throw ValidationException.ofServer(
                    409, "catalogue_busy", String.valueOf(e.getMessage()));
        }
    }

    private static String named(KeptGenerations kept, String text) {
        return kept.named(text)
                .orElseThrow(() ->
                        ValidationException.ofServer(
                                404, "generation_not_found", kept.unknown(text)));
    }
}
