package dev.aicortex.http.admin;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.aicortex.catalogue.refresh.Apply.Applied;
import dev.aicortex.catalogue.refresh.Refresh;
import dev.aicortex.catalogue.refresh.RefreshRun;
import dev.aicortex.catalogue.refresh.RefreshRuns;
import dev.aicortex.catalogue.refresh.RefreshRuns.RefreshEvent;
import dev.aicortex.fleet.AddedServers;
import dev.aicortex.fleet.Fleet;
import dev.aicortex.fleet.FleetSnapshot;
import dev.aicortex.fleet.NamedServers;
import dev.aicortex.fleet.Server;
import dev.aicortex.fleet.ServerState;
import dev.aicortex.gateway.Explain;
import dev.aicortex.gateway.rewrite.ContextTags;
import dev.aicortex.keys.ApiKey;
import dev.aicortex.keys.KeyRing;
import dev.aicortex.model.ServerUrl;
import dev.aicortex.model.ValidationException;
import io.smallrye.common.annotation.NonBlocking;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.smallrye.mutiny.Multi;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.RestQuery;
import org.jboss.resteasy.reactive.RestStreamElementType;
import org.jspecify.annotations.Nullable;

/**
 * {@code /admin/…}: the servers, the refresh of the catalogue and explanations, for an operator.
 */
@Path("/admin")
@Produces(MediaType.APPLICATION_JSON)
@AdminGuard.AdminOnly
public class AdminResource {
    private static final Logger LOG = Logger.getLogger(AdminResource.class);
    private static final ObjectMapper JSON =
            JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

    private final Fleet fleet;
    private final ContextTags tags;
    private final RefreshRuns runs;
    private final Explain explain;
    private final AddedServers added;
    private final KeyRing keys;

    AdminResource(
            Fleet fleet,
            ContextTags tags,
            RefreshRuns runs,
            Explain explain,
            AddedServers added,
            KeyRing keys) {
        this.fleet = fleet;
        this.tags = tags;
        this.runs = runs;
        this.explain = explain;
        this.added = added;
        this.keys = keys;
    }

    /**
     * The fleet as an operator sees it.
     *
     * @param drift the models that differ from server to server
     */
    public record Servers(
            List<HealthResource.ServerHealth> servers, List<HealthResource.DriftEntry> drift) {}

    /** The servers with their labels, and what differs among them. */
    @GET
    @Path("servers")
    @NonBlocking
    public Servers servers() {
        FleetSnapshot snapshot = fleet.snapshot();
        return new Servers(
                HealthResource.ServerHealth.all(snapshot, tags),
                HealthResource.DriftEntry.in(snapshot));
    }

    /**
     * A server that is to be added. Texts, numbers and lists as in {@code cortex.server.<name>}.
     *
     * @param maxConcurrent requests that it is given at once
     */
    public record NewServer(
            @Nullable String name,
            @Nullable String url,
            @Nullable Double weight,
            @Nullable Integer priority,
            @JsonProperty("max_concurrent") @Nullable Integer maxConcurrent,
            @Nullable List<String> labels) {
        Map<String, String> settings() {
            Map<String, String> settings = new LinkedHashMap<>();
            put(settings, "url", url);
            put(settings, "weight", weight);
            put(settings, "priority", priority);
            put(settings, "max-concurrent", maxConcurrent);
            put(settings, "labels", labels == null ? null : String.join(",", labels));
            return settings;
        }

        private static void put(Map<String, String> settings, String key, @Nullable Object value) {
            if (value != null) {
                settings.put(key, value.toString());
            }
        }
    }

    /** The name and the address of a server. */
    public record Named(String name, String url) {}

    /** Adds a server beside the configuration's, at once and for later starts. */
    @POST
    @Path("servers")
    public Named add(byte[] body) {
        NewServer server = read(body);
        String name = Objects.requireNonNullElse(server.name(), "").strip();
        added.add(name, server.settings());
        String url = ServerUrl.of(Objects.requireNonNullElse(server.url(), ""), "url").toString();
        LOG.infof("server %s is added: %s", name, url);
        return new Named(name, url);
    }

    private static NewServer read(byte[] body) {
        try {
            NewServer server = JSON.readValue(body, NewServer.class);
            if (server != null) { // as the JSON null is
                return server;
            }
        } catch (IOException _) {
            // told below, in our own words
        }
        throw new ValidationException(
                "the body is no server; send {\"name\":\"gpu-c\",\"url\":\"http://gpu-c:11434\"}, and if need be weight, priority, max_concurrent and labels, a list");
    }

    /** Takes out a server that was added; what it works on goes on. */
    @DELETE
    @Path("servers/{name}")
    public Draining remove(String name) {
        Optional<Server> server =
                fleet.snapshot().states().stream()
                        .map(ServerState::server)
                        .filter(each -> each.name().equals(name))
                        .findFirst();
        added.remove(name);
        LOG.infof("server %s is removed", name);
        return new Draining(
                server.map(Server::toString).orElse(""),
                true,
                server.map(Server::inFlight).orElse(0));
    }

    /**
     * A server and what it is still doing.
     *
     * @param inFlight 0 once it may be stopped
     */
    public record Draining(String url, boolean draining, @JsonProperty("in_flight") int inFlight) {}

    /**
     * Takes a server out of service for its maintenance, or puts it back.
     *
     * @param name {@code host:port}, or {@code host} where that is enough
     */
    @POST
    @Path("servers/{name}/{change:drain|undrain}")
    @NonBlocking
    public Draining drain(String name, String change) {
        Server server =
                NamedServers.one(List.of(name), fleet.snapshot())
                        .map(ServerState::server)
                        .orElseThrow(() ->
                                ValidationException.of(
                                        "name", name, "is blank", "name a server of the fleet"));
        server.drain(change.equals("drain"));
        LOG.infof("server %s: %s", server, server.draining() ? "draining" : "serving again");
        return new Draining(server.url().toString(), server.draining(), server.inFlight());
    }

    /**
     * What the stream of a refresh carries, each with its {@code type}: {@code progress}, or as its
     * last one {@code finished}, {@code skipped} or {@code failed}.
     */
    public sealed interface Told {}

    /** A step has come further, {@code done} of {@code total}. */
    public record Progress(String type, String step, int done, int total) implements Told {}

    /** It came to its end. */
    public record Finished(
            String type,
            int servers,
            int failed,
            long added,
            long changed,
            long removed,
            String generation,
            List<String> warnings)
            implements Told {}

    /** It did not, or another process is at it. */
    public record NotDone(String type, String reason) implements Told {}

    /** The last refreshes of this process, the latest first; at most 50. */
    public record RunList(List<RunEntry> runs) {}

    /**
     * One of them.
     *
     * @param started RFC 3339
     * @param status {@code running}, {@code finished}, {@code skipped} or {@code failed}
     * @param reason why it was skipped or failed; absent otherwise
     * @param servers that were asked; absent unless it finished, as all that follows
     * @param failed how many of them did not answer
     * @param generation the one that counted then; empty when there was none
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record RunEntry(
            String started,
            String status,
            @Nullable String reason,
            @JsonProperty("duration_ms") long duration,
            List<StepEntry> steps,
            @Nullable Integer servers,
            @Nullable Integer failed,
            @Nullable Long added,
            @Nullable Long changed,
            @Nullable Long removed,
            @Nullable String generation,
            @Nullable List<String> warnings) {
        static RunEntry of(RefreshRun run) {
            return switch (run.end()) {
                case null -> notFinished(run, "running", null);
                case RefreshEvent.Failed failed -> notFinished(run, "failed", failed.reason());
                case RefreshEvent.Skipped skipped -> notFinished(run, "skipped", skipped.reason());
                case RefreshEvent.Finished(Refresh.Report report) -> finished(run, report);
            };
        }

        private static RunEntry notFinished(
                RefreshRun run, String status, @Nullable String reason) {
            return new RunEntry(
                    run.started().toString(),
                    status,
                    reason,
                    run.took().toMillis(),
                    steps(run),
                    null,
                    null,
                    null,
                    null,
                    null,
                    null,
                    null);
        }

        private static RunEntry finished(RefreshRun run, Refresh.Report report) {
            Applied applied = report.applied();
            return new RunEntry(
                    run.started().toString(),
                    "finished",
                    null,
                    run.took().toMillis(),
                    steps(run),
                    report.checked(),
                    report.failed(),
                    applied.added(),
                    applied.changed(),
                    applied.removed(),
                    applied.generation(),
                    report.warnings());
        }

        private static List<StepEntry> steps(RefreshRun run) {
            return run.steps().stream().map(StepEntry::of).toList();
        }
    }

    /** A step that has begun: {@code done} of {@code total} servers, models or families. */
    public record StepEntry(
            String step, @JsonProperty("duration_ms") long duration, int done, int total) {
        static StepEntry of(RefreshRun.StepTaken taken) {
            return new StepEntry(
                    taken.step().word(), taken.took().toMillis(), taken.done(), taken.total());
        }
    }

    @GET
    @Path("refresh")
    @NonBlocking
    public RunList runs() {
        return new RunList(runs.runs().stream().map(RunEntry::of).toList());
    }

    /** Starts a refresh, or follows the one that runs; a client that leaves does not stop it. */
    @POST
    @Path("refresh")
    @Produces(MediaType.SERVER_SENT_EVENTS)
    @RestStreamElementType(MediaType.APPLICATION_JSON)
    @NonBlocking
    public Multi<Told> refresh() {
        return Multi.createFrom()
                .emitter(follower ->
                        runs.follow(event -> {
                            follower.emit(told(event));
                            if (!(event instanceof RefreshEvent.At)) {
                                follower.complete();
                            }
                        }));
    }

    private static Told told(RefreshEvent event) {
        return switch (event) {
            case RefreshEvent.At at ->
                    new Progress("progress", at.step().word(), at.done(), at.total());
            case RefreshEvent.Finished finished -> finished(finished.report());
            case RefreshEvent.Skipped skipped -> new NotDone("skipped", skipped.reason());
            case RefreshEvent.Failed failed -> new NotDone("failed", failed.reason());
        };
    }

    private static Finished finished(Refresh.Report report) {
        Applied applied = report.applied();
        return new Finished(
                "finished",
                report.checked(),
                report.failed(),
                applied.added(),
                applied.changed(),
                applied.removed(),
                applied.generation(),
                report.warnings());
    }

    /**
     * Which server a request would go to, and why; nothing is sent. Takes the JSON of any request
     * that is answered in words.
     *
     * @param key the name of the key with which it would come
     */
    @POST
    @Path("explain")
    @RunOnVirtualThread
    public Explain.Explanation explain(@RestQuery @Nullable String key, byte[] body) {
        return explain.of(body, key == null ? null : keyNamed(key));
    }

    private ApiKey keyNamed(String name) {
        return keys.named(name)
                .orElseThrow(() ->
                        ValidationException.of(
                                "key",
                                name,
                                "is the name of no key",
                                "take one that GET /admin/keys lists"));
    }
}
