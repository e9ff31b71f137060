package dev.aicortex.http.admin;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.aicortex.catalogue.Catalogue;
import dev.aicortex.catalogue.CatalogueStore;
import dev.aicortex.catalogue.refresh.Refresh;
import dev.aicortex.catalogue.refresh.RefreshRuns;
import dev.aicortex.catalogue.refresh.RefreshRuns.RefreshEvent;
import dev.aicortex.config.LiveConfig;
import dev.aicortex.fleet.AddedServers;
import dev.aicortex.fleet.Drift.Content;
import dev.aicortex.fleet.Fleet;
import dev.aicortex.fleet.FleetSnapshot;
import dev.aicortex.fleet.FleetStart;
import dev.aicortex.fleet.Health;
import dev.aicortex.fleet.Server;
import dev.aicortex.fleet.ServerState;
import dev.aicortex.fleet.discovery.Discovery;
import dev.aicortex.gateway.dispatch.Drain;
import dev.aicortex.gateway.rewrite.ContextTags;
import dev.aicortex.keys.KeyRing;
import dev.aicortex.keys.Limits;
import dev.aicortex.store.Database;
import io.smallrye.common.annotation.NonBlocking;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Liveness;
import org.eclipse.microprofile.health.Readiness;
import org.eclipse.microprofile.health.Startup;
import org.jspecify.annotations.Nullable;

/**
 * How the gateway, its servers and its catalogue are: {@code GET /health} for people and scripts,
 * and the checks of {@code /q/health} for an orchestrator.
 */
@Path("/health")
@Produces(MediaType.APPLICATION_JSON)
@NonBlocking
public class HealthResource {
    private static final int SERVERS_SHOWN = 50;

    private final Fleet fleet;
    private final FleetStart start;
    private final AddedServers added;
    private final CatalogueStore store;
    private final RefreshRuns runs;
    private final Drain drain;
    private final Discovery discovery;
    private final ContextTags tags;
    private final LiveConfig config;
    private final KeyRing ring;
    private final Limits limits;
    private final Database database;
    private final String version;

    HealthResource(
            Fleet fleet,
            FleetStart start,
            AddedServers added,
            CatalogueStore store,
            RefreshRuns runs,
            Drain drain,
            Discovery discovery,
            ContextTags tags,
            LiveConfig config,
            KeyRing ring,
            Limits limits,
            Database database,
            @ConfigProperty(name = "quarkus.application.version") String version) {
        this.fleet = fleet;
        this.start = start;
        this.added = added;
        this.store = store;
        this.runs = runs;
        this.drain = drain;
        this.discovery = discovery;
        this.tags = tags;
        this.config = config;
        this.ring = ring;
        this.limits = limits;
        this.database = database;
        this.version = version;
    }

    /**
     * The whole answer.
     *
     * @param status {@code draining} while the gateway stops; otherwise {@code up} when every
     *     server and the catalogue are, {@code down} when no server is, else {@code degraded}
     * @param simulated whether the servers are simulated ones
     * @param config how it is with the configuration's file; absent when there is none
     * @param keys what is wrong with the keys or their limits; absent when nothing is
     * @param database how it is with the database; absent when there is to be none
     * @param drift the models that differ from server to server; absent when none does
     */
    public record FleetHealth(
            String status,
            String version,
            boolean simulated,
            CatalogueHealth catalogue,
            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable ConfigHealth config,
            List<ServerHealth> servers,
            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable KeysHealth keys,
            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable DatabaseHealth database,
            @JsonInclude(JsonInclude.Include.NON_EMPTY) List<DriftEntry> drift) {}

    /** That the keys of the database cannot be read, or that replicas cannot count together. */
    public record KeysHealth(String problem) {}

    /**
     * The database; no request needs it.
     *
     * @param status {@code up} or {@code down} when it was last used, {@code unknown} before
     * @param since RFC 3339; absent while unknown
     * @param problem why it is down
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record DatabaseHealth(String status, @Nullable String since, @Nullable String problem) {
        static @Nullable DatabaseHealth of(Database database) {
            if (!database.wanted()) {
                return null;
            }
            return database.condition()
                    .map(now ->
                            new DatabaseHealth(
                                    now.problem() == null ? "up" : "down",
                                    now.since().toString(),
                                    now.problem()))
                    .orElseGet(() -> new DatabaseHealth("unknown", null, null));
        }
    }

    /**
     * The catalogue; what it says in memory serves on, whatever is wrong with the volume.
     *
     * @param status {@code up}, or {@code degraded} when it cannot be read or brought up to date
     * @param problem why it is degraded
     * @param generation the volume's, empty when it has none
     * @param ageSeconds since a refresh came to its end, by whichever process; absent when none did
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record CatalogueHealth(
            String status,
            @Nullable String problem,
            String generation,
            int families,
            int models,
            @JsonProperty("age_seconds") @Nullable Long ageSeconds) {}

    /**
     * The configuration's file.
     *
     * @param status {@code in force}, or {@code refused} while the file is not the one in force
     * @param since when the configuration in force was read, RFC 3339
     * @param problem why it is refused
     * @param nextStart keys that have changed and take effect at the next start
     */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    public record ConfigHealth(
            String file,
            String status,
            String since,
            @Nullable String problem,
            @JsonProperty("next_start") List<String> nextStart) {
        static ConfigHealth of(LiveConfig.Status status) {
            return new ConfigHealth(
                    status.file().toString(),
                    status.problem() == null ? "in force" : "refused",
                    status.since().toString(),
                    status.problem(),
                    List.copyOf(status.nextStart()));
        }
    }

    /**
     * One server.
     *
     * @param name its own in the configuration; absent when it has none
     * @param status {@code up}, {@code down}, {@code asleep} or {@code unknown}
     * @param since RFC 3339; absent while unknown
     * @param reason why it is down or taken to be asleep
     * @param strikes failures of real requests since the last good answer
     * @param breaker {@code closed}, {@code open} or {@code half_open}
     * @param draining true when it gets no new requests; absent otherwise
     * @param labels by which rules tell servers apart; absent when it has none
     * @param contextTags why it has no part in requests that need a context length; absent when it
     *     has
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record ServerHealth(
            @JsonInclude(JsonInclude.Include.NON_EMPTY) String name,
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
            Server server = state.server();
            return new ServerHealth(
                    server.name(),
                    server.url().toString(),
                    state.health().word(),
                    since(state.health()),
                    state.health().reason().isEmpty() ? null : state.health().reason(),
                    state.version(),
                    state.models().size(),
                    server.inFlight(),
                    server.strikes(),
                    server.breakerState().name().toLowerCase(Locale.ROOT),
                    server.draining() ? true : null,
                    server.labels().stream().sorted().toList(),
                    tags.refusal(server).orElse(null));
        }

        private static @Nullable String since(Health health) {
            return switch (health) {
                case Health.Unknown _ -> null;
                case Health.Up up -> up.since().toString();
                case Health.Down down -> down.since().toString();
                case Health.Asleep asleep -> asleep.since().toString();
            };
        }
    }

    /**
     * A model whose tag has different contents on different servers.
     *
     * @param served the digest of the content that requests go to
     * @param contents that one first
     */
    public record DriftEntry(String model, String served, List<ContentEntry> contents) {
        static List<DriftEntry> in(FleetSnapshot fleet) {
            return fleet.drifts().values().stream()
                    .map(drift ->
                            new DriftEntry(
                                    drift.model().canonical(),
                                    drift.served().digest(),
                                    drift.contents().stream().map(ContentEntry::of).toList()))
                    .toList();
        }
    }

    /** One content, and the servers that say they have it. */
    public record ContentEntry(String digest, List<String> servers) {
        static ContentEntry of(Content content) {
            return new ContentEntry(
                    content.digest(),
                    content.holders().stream().map(state -> state.server().toString()).toList());
        }
    }

    @GET
    public FleetHealth health() {
        FleetSnapshot snapshot = fleet.snapshot();
        CatalogueHealth catalogue = catalogueHealth();
        String status = snapshot.status().equals("up") ? catalogue.status() : snapshot.status();
        return new FleetHealth(
                drain.draining() ? "draining" : status,
                version,
                start.simulated(),
                catalogue,
                config.status().map(ConfigHealth::of).orElse(null),
                ServerHealth.all(snapshot, tags),
                ring.problem().or(limits::problem).map(KeysHealth::new).orElse(null),
                DatabaseHealth.of(database),
                DriftEntry.in(snapshot));
    }

    private CatalogueHealth catalogueHealth() {
        String problem = problem();
        Catalogue catalogue = store.catalogue();
        double age = runs.ageSeconds();
        return new CatalogueHealth(
                problem == null ? "up" : "degraded",
                problem,
                catalogue.generation(),
                catalogue.families().size(),
                catalogue.size(),
                Double.isNaN(age) ? null : Math.round(age));
    }

    private @Nullable String problem() {
        String unreadable = store.unreadable();
        if (unreadable != null) {
            return unreadable;
        }
        if (runs.last() instanceof RefreshEvent.Failed failed) {
            Instant refreshed = store.refreshedAt();
            // another process may have done since what failed here
            if (refreshed == null || !refreshed.isAfter(runs.lastAt())) {
                return failed.reason();
            }
        }
        return store.malformed().stream().findFirst().map(what -> "skipped " + what).orElse(null);
    }

    /** The process answers; a fleet that is down is no reason to restart it. */
    @Liveness
    HealthCheck alive() {
        return () -> HealthCheckResponse.up("gateway");
    }

    /**
     * Down from the signal to stop on: requests are to go elsewhere. In the place of Quarkus' own
     * check of this kind, which does not say why.
     */
    @Readiness
    HealthCheck serving() {
        return () ->
                HealthCheckResponse.named("gateway")
                        .status(!drain.draining())
                        .withData("status", drain.draining() ? "draining" : "serving")
                        .withData("running", drain.running())
                        .build();
    }

    /**
     * Up once every server has been probed for the first time, those that are discovered too, and
     * the database was asked for those that were added at run time. How the servers are is told,
     * not judged: a gateway that answers 503 in words is better than one that vanishes.
     */
    @Readiness
    @Startup
    HealthCheck probed() {
        return () -> {
            HealthCheckResponseBuilder answer =
                    HealthCheckResponse.named("fleet")
                            .status(
                                    fleet.swept().isComplete()
                                            && added.looked()
                                            && discovery.looked())
                            .withData("status", fleet.snapshot().status());
            fleet.snapshot().states().stream()
                    .limit(SERVERS_SHOWN)
                    .forEach(state ->
                            answer.withData(
                                    state.server().url().toString(), state.health().word()));
            return answer.build();
        };
    }

    /** Tells of the catalogue; a volume that is broken is no reason to take requests away. */
    @Readiness
    HealthCheck catalogued() {
        return () -> {
            CatalogueHealth now = catalogueHealth();
            HealthCheckResponseBuilder answer =
                    HealthCheckResponse.named("catalogue")
                            .up()
                            .withData("status", now.status())
                            .withData("generation", now.generation())
                            .withData("families", now.families())
                            .withData("models", now.models());
            if (now.problem() != null) {
                answer.withData("problem", now.problem());
            }
            if (now.ageSeconds() != null) {
                answer.withData("age_seconds", now.ageSeconds());
            }
            if (runs.last() instanceof RefreshEvent.Finished(Refresh.Report report)) {
                add(answer, report);
            }
            return answer.build();
        };
    }

    private static void add(HealthCheckResponseBuilder answer, Refresh.Report report) {
        answer.withData("servers_checked", report.checked())
                .withData("servers_failed", report.failed())
                .withData("models_added", report.applied().added())
                .withData("models_changed", report.applied().changed())
                .withData("models_removed", report.applied().removed());
        report.durations()
                .forEach((step, took) -> answer.withData(step.word() + "_ms", took.toMillis()));
    }
}
