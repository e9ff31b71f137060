package dev.aicortex.http.admin;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.aicortex.fleet.Fleet;
import dev.aicortex.fleet.FleetSnapshot;
import dev.aicortex.fleet.FleetStart;
import dev.aicortex.fleet.Health;
import dev.aicortex.fleet.ServerState;
import dev.aicortex.gateway.ContextTags;
import dev.aicortex.gateway.Drain;
import io.smallrye.common.annotation.NonBlocking;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.Locale;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/** {@code GET /health}: the fleet for people and scripts. */
@Path("/health")
@Produces(MediaType.APPLICATION_JSON)
@NonBlocking
public class HealthResource {
    private final Fleet fleet;
    private final FleetStart start;
    private final CatalogueState catalogue;
    private final Drain drain;
    private final ContextTags tags;
    private final String version;

    HealthResource(
            Fleet fleet,
            FleetStart start,
            CatalogueState catalogue,
            Drain drain,
            ContextTags tags,
            @ConfigProperty(name = "quarkus.application.version") String version) {
        this.fleet = fleet;
        this.start = start;
        this.catalogue = catalogue;
        this.drain = drain;
        this.tags = tags;
        this.version = version;
    }

    /**
     * The whole answer.
     *
     * @param status {@code draining} while the gateway stops; otherwise {@code up} when every
     *     server and the catalogue are, {@code down} when no server is, else {@code degraded}
     * @param simulated whether the servers are simulated ones
     * @param drift the models that differ from server to server; absent when none does
     */
    public record FleetHealth(
            String status,
            String version,
            boolean simulated,
            CatalogueHealth catalogue,
            List<ServerHealth> servers,
            @JsonInclude(JsonInclude.Include.NON_EMPTY) List<DriftEntry> drift) {}

    /**
     * The catalogue.
     *
     * @param status {@code up}, or {@code degraded} when it cannot be brought up to date
     * @param problem why it is degraded
     * @param ageSeconds since a refresh came to its end; absent when none did
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record CatalogueHealth(
            String status,
            @Nullable String problem,
            String generation,
            int families,
            int models,
            @JsonProperty("age_seconds") @Nullable Long ageSeconds) {
        static CatalogueHealth of(CatalogueState state) {
            return new CatalogueHealth(
                    state.status(),
                    state.problem().orElse(null),
                    state.generation(),
                    state.families(),
                    state.models(),
                    state.ageSeconds().orElse(null));
        }
    }

    /**
     * One server.
     *
     * @param status {@code up}, {@code down} or {@code unknown}
     * @param since RFC 3339; absent while unknown
     * @param reason why it is down
     * @param strikes failures of real requests since the last good answer
     * @param breaker {@code closed}, {@code open} or {@code half_open}
     * @param draining true when it gets no new requests; absent otherwise
     * @param labels by which rules tell servers apart; absent when it has none
     * @param contextTags why it has no part in requests that need a context length; absent when it
     *     has
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record ServerHealth(
            String url,
            String status,
            @Nullable String since,
            @Nullable String reason,
            String version,
            int models,
            @JsonProperty("in_flight") int inFlight,
            int strikes,
            String breaker,
            @Nullable Boolean draining,
            @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> labels,
            @JsonProperty("context_tags") @Nullable String contextTags) {
        static List<ServerHealth> all(FleetSnapshot fleet, ContextTags tags) {
            return fleet.states().stream().map(state -> of(state, tags)).toList();
        }

        private static ServerHealth of(ServerState state, ContextTags tags) {
            return new ServerHealth(
                    state.server().url().toString(),
                    state.health().word(),
                    since(state.health()),
                    state.health() instanceof Health.Down down ? down.reason() : null,
                    state.version(),
                    state.models().size(),
                    state.server().inFlight(),
                    state.server().strikes(),
                    state.server().breakerState().name().toLowerCase(Locale.ROOT),
                    state.server().draining() ? true : null,
                    state.server().labels().stream().sorted().toList(),
                    tags.refusal(state.server()).orElse(null));
        }

        private static @Nullable String since(Health health) {
            return switch (health) {
                case Health.Unknown _ -> null;
                case Health.Up up -> up.since().toString();
                case Health.Down down -> down.since().toString();
            };
        }
    }

    @GET
    public FleetHealth health() {
        FleetSnapshot snapshot = fleet.snapshot();
        return new FleetHealth(
                status(),
                version,
                start.simulated(),
                CatalogueHealth.of(catalogue),
                ServerHealth.all(snapshot, tags),
                DriftEntry.in(snapshot));
    }

    private String status() {
        if (drain.draining()) {
            return "draining";
        }
        String status = fleet.snapshot().status();
        return status.equals("up") ? catalogue.status() : status;
    }
}
