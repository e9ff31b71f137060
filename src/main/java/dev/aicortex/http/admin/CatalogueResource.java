package dev.aicortex.http.admin;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.aicortex.Cortex;
import dev.aicortex.api.ModelHolder;
import dev.aicortex.catalogue.Facts;
import dev.aicortex.catalogue.Family;
import dev.aicortex.catalogue.Model;
import dev.aicortex.catalogue.ModelQuery;
import dev.aicortex.catalogue.ModelServer.Status;
import dev.aicortex.fleet.Fleet;
import dev.aicortex.gateway.Listing;
import dev.aicortex.gateway.request.Caller;
import dev.aicortex.keys.Grant;
import dev.aicortex.model.ModelName;
import dev.aicortex.model.ModelNotFoundException;
import dev.aicortex.model.NearestNames;
import dev.aicortex.model.ValidationException;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jboss.resteasy.reactive.RestQuery;

/** {@code GET /catalogue/…}: what models exist, where they are and what they can do. */
@Path("/catalogue")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
public class CatalogueResource {
    private static final int SUGGESTIONS = 3;

    /** Of a page: a model may have fifty servers, an answer has to fit the heap. */
    private static final int MOST = 1000;

    private final Cortex cortex;
    private final Fleet fleet;
    private final Listing listing;

    CatalogueResource(Cortex cortex, Fleet fleet, Listing listing) {
        this.cortex = cortex;
        this.fleet = fleet;
        this.listing = listing;
    }

    /** The catalogue as far as one client may see it. */
    private final class View {
        private final RoutingContext client;
        private final Grant grant;

        View(RoutingContext client) {
            this.client = client;
            this.grant = Caller.grant(client);
        }

        boolean shows(Model model) {
            return grant.admits(model.key());
        }

        List<Model> of(List<Model> models) {
            return models.stream().filter(this::shows).toList();
        }

        /** A family that is empty is nobody's secret where all models may be seen. */
        List<String> families() {
            return grant.everyModel()
                    ? cortex.families().stream().map(Family::name).toList()
                    : of(cortex.models()).stream().map(Model::family).distinct().toList();
        }

        List<ModelHolder> holders(Model model) {
            return cortex.modelServers(model).stream()
                    .filter(holder ->
                            listing.admits(fleet.snapshot(), client, model.key(), holder.url()))
                    .toList();
        }

        boolean heldNow(Model model) {
            return CatalogueResource.heldNow(holders(model));
        }

        ModelAnswer answer(Model model) {
            return ModelAnswer.of(model, holders(model));
        }

        ModelAnswer answer(String name) {
            if (!grant.admits(ModelName.of(name))) {
                throw Listing.notAllowed(name);
            }
            try {
                return answer(cortex.modelInfo(name));
            } catch (ModelNotFoundException e) { // it may name others
                throw grant.everyModel() ? e : new ModelNotFoundException(name, List.of());
            }
        }
    }

    /**
     * One family.
     *
     * @param models how many it has
     * @param available how many of them a server that is up holds now
     */
    public record FamilyEntry(String family, int models, int available) {}

    /** {@code GET /catalogue/families/{family}}: the file's shape, with live servers. */
    public record FamilyAnswer(String family, List<ModelAnswer> models) {}

    /**
     * {@code GET /catalogue/models}.
     *
     * @param total how many match; {@code models} are those of the page
     */
    public record ModelList(int total, List<ModelAnswer> models) {}

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

    @GET
    @Path("families")
    public Map<String, List<FamilyEntry>> families(@Context RoutingContext client) {
        View view = new View(client);
        Map<String, List<Model>> models =
                view.of(cortex.models()).stream()
                        .collect(
                                Collectors.groupingBy(
                                        Model::family, TreeMap::new, Collectors.toList()));
        view.families().forEach(family -> models.putIfAbsent(family, List.of()));
        List<FamilyEntry> families = new ArrayList<>();
        models.forEach((name, all) -> {
            List<Model> available = all.stream().filter(view::heldNow).toList();
            families.add(new FamilyEntry(name, all.size(), available.size()));
        });
        return Map.of("families", families);
    }

    private static boolean heldNow(List<ModelHolder> holders) {
        return holders.stream()
                .anyMatch(holder -> holder.holds() && holder.health().equals(Status.UP.word()));
    }

    @GET
    @Path("families/{family}")
    public Response family(String family, @Context RoutingContext client) {
        View view = new View(client);
        List<String> names = view.families();
        if (!names.contains(family)) {
            List<String> nearest = NearestNames.of(family, names, SUGGESTIONS);
            String hint = nearest.isEmpty() ? "" : "; did you mean " + String.join(", ", nearest);
            String error = "family '%s' not found%s".formatted(family, hint);
            return Response.status(404).entity(Map.of("error", error)).build();
        }
        List<ModelAnswer> models =
                view.of(cortex.models(family)).stream().map(view::answer).toList();
        return Response.ok(new FamilyAnswer(family, models)).build();
    }

    @GET
    @Path("models")
    public ModelList models(
            @RestQuery @DefaultValue("") String family,
            @RestQuery @DefaultValue("") String tag,
            @RestQuery @DefaultValue("") String q,
            @RestQuery @DefaultValue("") String capability,
            @RestQuery @DefaultValue("0") String offset,
            @RestQuery @DefaultValue("1000") String limit,
            @Context RoutingContext client) {
        View view = new View(client);
        long skipped = number("offset", offset);
        long most = Math.min(number("limit", limit), MOST);
        List<Model> all = view.of(cortex.search(new ModelQuery(family, tag, q, capability)));
        List<ModelAnswer> page = all.stream().skip(skipped).limit(most).map(view::answer).toList();
        return new ModelList(all.size(), page);
    }

    /** Read here: what Quarkus cannot convert it answers as a path that does not exist. */
    private static long number(String parameter, String value) {
        if (!value.matches("\\d{1,18}")) {
            throw ValidationException.of(
                    parameter, value, "is no whole number from 0 on", "leave it out or write one");
        }
        return Long.parseLong(value);
    }

    @GET
    @Path("models/{name:.+}")
    public ModelAnswer model(String name, @Context RoutingContext client) {
        return new View(client).answer(name);
    }
}
