package dev.aicortex.http.openai;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.aicortex.fleet.Fleet;
import dev.aicortex.fleet.FleetSnapshot;
import dev.aicortex.gateway.Aliases;
import dev.aicortex.model.ModelName;
import dev.aicortex.ollama.TagList;
import io.smallrye.common.annotation.NonBlocking;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The models of the fleet in OpenAI's shape. */
@Path("/")
@Produces(MediaType.APPLICATION_JSON)
@NonBlocking
public class ModelsResource {
    private final Fleet fleet;
    private final Aliases aliases;

    ModelsResource(Fleet fleet, Aliases aliases) {
        this.fleet = fleet;
        this.aliases = aliases;
    }

    /** {@code GET /v1/models}. */
    public record ModelList(String object, List<ModelEntry> data) {}

    /**
     * One model.
     *
     * @param created seconds since 1970, when its file last changed
     * @param ownedBy the namespace, {@code library} for Ollama's own
     */
    public record ModelEntry(
            String id, String object, long created, @JsonProperty("owned_by") String ownedBy) {
        static ModelEntry of(TagList.Tag tag, String id) {
            return new ModelEntry(id, "model", seconds(tag.modifiedAt()), owner(tag.label()));
        }

        private static String owner(String name) {
            int slash = name.lastIndexOf('/');
            return slash < 0 ? "library" : name.substring(0, slash);
        }

        private static long seconds(@Nullable String time) {
            if (time == null) {
                return 0;
            }
            try {
                return java.time.OffsetDateTime.parse(time).toEpochSecond();
            } catch (DateTimeParseException e) {
                return Instant.EPOCH.getEpochSecond(); // a server's odd clock is no reason to fail
            }
        }
    }

    @GET
    @Path("v1/models")
    public Uni<ModelList> models() {
        return fleet.current().map(this::list);
    }

    private ModelList list(FleetSnapshot snapshot) {
        List<ModelEntry> entries =
                aliases.listed(snapshot).stream()
                        .map(tag -> ModelEntry.of(tag, tag.label()))
                        .toList();
        return new ModelList("list", entries);
    }

    @GET
    @Path("models")
    public Uni<ModelList> modelsWithoutVersion() {
        return models();
    }

    @GET
    @Path("v1/models/{id:.+}")
    public Uni<ModelEntry> model(String id) {
        return fleet.current().map(snapshot -> entry(snapshot, id));
    }

    private ModelEntry entry(FleetSnapshot snapshot, String id) {
        ModelName wanted = ModelName.of(id);
        return aliases.listed(snapshot).stream()
                .filter(tag -> ModelName.of(tag.label()).equals(wanted))
                .findFirst()
                .map(tag -> ModelEntry.of(tag, id))
                .orElseThrow(() -> snapshot.unknown(id));
    }
}
