package dev.aicortex.http.admin;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.aicortex.Cortex;
import dev.aicortex.api.ModelHolder;
import dev.aicortex.catalogue.Facts;
import dev.aicortex.catalogue.Family;
import dev.aicortex.catalogue.Model;
import dev.aicortex.catalogue.ModelQuery;
import dev.aicortex.catalogue.Status;
import dev.aicortex.model.NearestNames;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import org.jboss.resteasy.reactive.RestQuery;

/** {@code GET /catalogue/…}: what models exist, where they are and what they can do. */
@Path("/catalogue")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
public class CatalogueResource {
    private static final int SUGGESTIONS = 3;

    private final Cortex cortex;

    CatalogueResource(Cortex cortex) {
        this.cortex = cortex;
    }

    /** {@code GET /catalogue/families}. */
    public record FamilyList(List<FamilyEntry> families) {}

    /**
     * One family.
     *
     * @param models how many it has
     * @param available how many of them a server that is up holds now
     */
    public record FamilyEntry(String family, int models, long available) {}

    /** {@code GET /catalogue/families/{family}}: the file's shape, with live servers. */
    public record FamilyAnswer(String family, List<ModelAnswer> models) {}

    /** {@code GET /catalogue/models}. */
    public record ModelList(List<ModelAnswer> models) {}

    /**
     * One model in the shape of a family's file.
     *
     * @param available whether a server that is up holds it now
     */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    public record ModelAnswer(
            String name,
            String family,
            String size,
            String parameters,
            String quantization,
            @JsonProperty("context_length") int contextLength,
            String description,
            List<String> tags,
            boolean available,
            @JsonInclude(JsonInclude.Include.ALWAYS) List<ServerAnswer> servers,
            String digest,
            List<String> capabilities,
            @JsonProperty("size_bytes") long sizeBytes,
            String license,
            @JsonProperty("modified_at") String modifiedAt) {
        static ModelAnswer of(Model model, List<ModelHolder> holders) {
            Facts facts = model.facts();
            return new ModelAnswer(
                    model.name(),
                    model.family(),
                    facts.size(),
                    facts.parameters(),
                    facts.quantization(),
                    facts.contextLength(),
                    model.description(),
                    model.tags(),
                    heldNow(holders),
                    holders.stream().map(ServerAnswer::of).toList(),
                    facts.digest(),
                    facts.capabilities(),
                    facts.sizeBytes(),
                    facts.license(),
                    facts.modifiedAt());
        }
    }

    /**
     * One server of a model.
     *
     * @param status {@code up}, {@code down} or {@code unknown}, at this moment
     * @param reason why it is down
     * @param fleet whether requests can go there
     * @param holds whether it has the model
     */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    public record ServerAnswer(
            String url,
            String status,
            String reason,
            boolean fleet,
            boolean holds,
            String digest,
            @JsonProperty("last_seen") String lastSeen) {
        static ServerAnswer of(ModelHolder holder) {
            return new ServerAnswer(
                    holder.url(),
                    holder.health(),
                    holder.reason(),
                    holder.inFleet(),
                    holder.holds(),
                    holder.digest(),
                    holder.lastSeen());
        }
    }

    /** {@code {"error":…}}, as Ollama words errors. */
    public record NotFound(String error) {}

    @GET
    @Path("families")
    public FamilyList families() {
        return new FamilyList(cortex.families().stream().map(this::entry).toList());
    }

    private FamilyEntry entry(Family family) {
        List<Model> models = cortex.models(family.name());
        long available =
                models.stream().filter(model -> heldNow(cortex.modelServers(model.name()))).count();
        return new FamilyEntry(family.name(), models.size(), available);
    }

    private static boolean heldNow(List<ModelHolder> holders) {
        return holders.stream()
                .anyMatch(holder -> holder.holds() && holder.health().equals(Status.UP.word()));
    }

    @GET
    @Path("families/{family}")
    public Response family(String family) {
        List<String> names = cortex.families().stream().map(Family::name).toList();
        if (!names.contains(family)) {
            List<String> nearest = NearestNames.of(family, names, SUGGESTIONS);
            String hint = nearest.isEmpty() ? "" : "; did you mean " + String.join(", ", nearest);
            NotFound error = new NotFound("family '%s' not found%s".formatted(family, hint));
            return Response.status(Response.Status.NOT_FOUND).entity(error).build();
        }
        return Response.ok(new FamilyAnswer(family, answers(ModelQuery.family(family)))).build();
    }

    @GET
    @Path("models")
    public ModelList models(
            @RestQuery @DefaultValue("") String family,
            @RestQuery @DefaultValue("") String tag,
            @RestQuery @DefaultValue("") String q,
            @RestQuery @DefaultValue("") String capability) {
        return new ModelList(answers(new ModelQuery(family, tag, q, capability)));
    }

    private List<ModelAnswer> answers(ModelQuery query) {
        return cortex.search(query).stream().map(this::answer).toList();
    }

    private ModelAnswer answer(Model model) {
        return ModelAnswer.of(model, cortex.modelServers(model.name()));
    }

    @GET
    @Path("models/{name:.+}")
    public ModelAnswer model(String name) {
        return answer(cortex.modelInfo(name));
    }
}
