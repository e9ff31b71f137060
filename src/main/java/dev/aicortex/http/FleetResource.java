package dev.aicortex.http;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.aicortex.fleet.Fleet;
import dev.aicortex.fleet.FleetSnapshot;
import dev.aicortex.gateway.Listing;
import dev.aicortex.gateway.request.Caller;
import dev.aicortex.model.ModelName;
import dev.aicortex.model.Timestamp;
import dev.aicortex.model.ValidationException;
import dev.aicortex.ollama.TagList;
import io.smallrye.common.annotation.NonBlocking;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.resteasy.reactive.RestQuery;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** What a client asks of its server in any dialect, answered for the fleet from the snapshot. */
@Path("/")
@Produces(MediaType.APPLICATION_JSON)
@NonBlocking
public class FleetResource {
    /** What an Ollama built from source says of itself. */
    private static final String NO_VERSION = "0.0.0";

    private final Fleet fleet;
    private final Listing listing;
    private final String version;

    FleetResource(
            Fleet fleet,
            Listing listing,
            @ConfigProperty(name = "quarkus.application.version") String version) {
        this.fleet = fleet;
        this.listing = listing;
        this.version = version;
    }

    /** Ollama's own words and not one more: clients that test a connection compare them. */
    @GET
    @Produces(MediaType.TEXT_PLAIN)
    public RestResponse<String> root() {
        return RestResponse.ResponseBuilder.ok("Ollama is running")
                .header("X-Cortex-Version", version)
                .build();
    }

    /** The lowest in the fleet, since clients look for what they may use. */
    @GET
    @Path("api/version")
    public Map<String, String> version() {
        return Map.of("version", fleet.snapshot().lowestVersion().orElse(NO_VERSION));
    }

    /**
     * That cloud services are off, since none is reached through here: {@code ollama launch} asks
     * before it offers them.
     */
    @GET
    @Path("api/status")
    public Map<String, CloudStatus> status() {
        return Map.of("cloud", new CloudStatus(true, "config"));
    }

    /**
     * Whether a server goes to Ollama's cloud.
     *
     * @param source of this setting: {@code none}, {@code env}, {@code config} or {@code both}
     */
    public record CloudStatus(boolean disabled, String source) {}

    @GET
    @Path("api/tags")
    public Uni<String> tags(@Context RoutingContext client) {
        return listed(client).map(tags -> list(tags.stream().map(TagList.Tag::entry)));
    }

    @GET
    @Path("api/ps")
    public Uni<String> ps(@Context RoutingContext client) {
        return fleet.current().map(fleet -> list(listing.running(fleet, client).stream()));
    }

    /** When the model's file last changed; 1970 where no server tells. */
    private static Instant changed(TagList.Tag tag) {
        return Timestamp.of(tag.modifiedAt()).orElse(Instant.EPOCH);
    }

    private static String list(Stream<String> entries) {
        return entries.collect(Collectors.joining(",", "{\"models\":[", "]}"));
    }

    private Uni<List<TagList.Tag>> listed(RoutingContext client) {
        return fleet.current().map(snapshot -> listing.of(snapshot, client));
    }

    /** Models in OpenAI's shape. */
    public record ModelList(String object, List<ModelEntry> data) {}

    /**
     * One model in OpenAI's shape.
     *
     * @param created in seconds since 1970
     * @param ownedBy the namespace, {@code library} for Ollama's own
     */
    public record ModelEntry(
            String id, String object, long created, @JsonProperty("owned_by") String ownedBy) {
        static ModelEntry of(TagList.Tag tag, String id) {
            int slash = tag.label().lastIndexOf('/');
            return new ModelEntry(
                    id,
                    "model",
                    changed(tag).getEpochSecond(),
                    slash < 0 ? "library" : tag.label().substring(0, slash));
        }
    }

    /**
     * In Anthropic's shape for a client that sends {@code anthropic-version}, whichever, else in
     * OpenAI's; so is one model.
     */
    @GET
    @Path("v1/models")
    public Uni<Object> models(
            @Context RoutingContext client,
            @RestQuery("after_id") @Nullable String afterId,
            @RestQuery("before_id") @Nullable String beforeId,
            @RestQuery @Nullable String limit) {
        if (!Entrance.anthropic(client.request())) {
            return modelsWithoutVersion(client).map(list -> list);
        }
        ModelPage.Request page = ModelPage.Request.of(afterId, beforeId, limit);
        return listed(client).map(tags -> ModelPage.of(tags, page));
    }

    @GET
    @Path("models")
    public Uni<ModelList> modelsWithoutVersion(@Context RoutingContext client) {
        return listed(client)
                .map(tags -> tags.stream().map(tag -> ModelEntry.of(tag, tag.label())).toList())
                .map(entries -> new ModelList("list", entries));
    }

    /** Under the name that the client asked for. */
    @GET
    @Path("v1/models/{id:.+}")
    public Uni<Object> model(String id, @Context RoutingContext client) {
        Uni<TagList.Tag> found = fleet.current().map(snapshot -> find(snapshot, id, client));
        return Entrance.anthropic(client.request())
                ? found.map(tag -> ModelPage.Entry.of(tag, id))
                : found.map(tag -> ModelEntry.of(tag, id));
    }

    private TagList.Tag find(FleetSnapshot snapshot, String id, RoutingContext client) {
        ModelName wanted = ModelName.of(id);
        return listing.of(snapshot, client).stream()
                .filter(tag -> ModelName.of(tag.label()).equals(wanted))
                .findFirst()
                .orElseThrow(() -> Listing.unknown(snapshot, id, Caller.grant(client)));
    }

    /**
     * Models in Anthropic's shape, a page at a time; pure.
     *
     * @param data sorted by name, which makes a page's place outlive its model
     * @param hasMore whether further ones follow in the direction that was asked for
     * @param firstId null when the page is empty; the same for {@code lastId}
     */
    public record ModelPage(
            List<Entry> data,
            @JsonProperty("first_id") @Nullable String firstId,
            @JsonProperty("last_id") @Nullable String lastId,
            @JsonProperty("has_more") boolean hasMore) {
        /**
         * One model.
         *
         * @param createdAt RFC 3339
         */
        public record Entry(
                String type,
                String id,
                @JsonProperty("display_name") String displayName,
                @JsonProperty("created_at") String createdAt) {
            static Entry of(TagList.Tag tag, String id) {
                return new Entry("model", id, tag.label(), changed(tag).toString());
            }
        }

        /** The page that was asked for, of models that are sorted by name. */
        static ModelPage of(List<TagList.Tag> sorted, Request request) {
            List<Entry> left =
                    sorted.stream()
                            .filter(tag -> request.covers(ModelName.of(tag.label())))
                            .map(tag -> Entry.of(tag, tag.label()))
                            .toList();
            int size = Math.min(left.size(), request.limit());
            int from = request.before() == null ? 0 : left.size() - size;
            List<Entry> page = left.subList(from, from + size);
            return new ModelPage(
                    page,
                    page.isEmpty() ? null : page.getFirst().id(),
                    page.isEmpty() ? null : page.getLast().id(),
                    size < left.size());
        }

        /**
         * Which page a client asks for.
         *
         * @param after the page begins behind it, whether or not it is there
         * @param before the page is the last one that ends before it
         * @param limit how many it has at most
         */
        record Request(@Nullable ModelName after, @Nullable ModelName before, int limit) {
            private static final int USUAL = 20;
            private static final int MOST = 1_000;

            /**
             * From the query's parameters, an empty one counting as none.
             *
             * @throws ValidationException naming the one that is wrong
             */
            static Request of(
                    @Nullable String afterId, @Nullable String beforeId, @Nullable String limit) {
                ModelName after = name(afterId);
                ModelName before = name(beforeId);
                if (after != null && before != null) {
                    throw new ValidationException(
                            "after_id and before_id exclude each other; send one");
                }
                return new Request(after, before, limit(limit));
            }

            private static @Nullable ModelName name(@Nullable String id) {
                return id == null || id.isBlank() ? null : ModelName.of(id);
            }

            private static int limit(@Nullable String text) {
                if (text == null || text.isEmpty()) {
                    return USUAL;
                }
                int limit = text.matches("[1-9]\\d{0,3}") ? Integer.parseInt(text) : 0;
                if (limit < 1 || limit > MOST) {
                    throw ValidationException.of(
                            "limit", text, "is out of range", "write a number from 1 to " + MOST);
                }
                return limit;
            }

            private boolean covers(ModelName name) {
                return (after == null || name.compareTo(after) > 0)
                        && (before == null || name.compareTo(before) < 0);
            }
        }
    }
}
