package dev.aicortex.http.admin;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.aicortex.catalogue.CatalogueStore;
import dev.aicortex.catalogue.Facts;
import dev.aicortex.catalogue.Model;
import dev.aicortex.chat.UnknownModel;
import dev.aicortex.fleet.Allow;
import dev.aicortex.fleet.Condition;
import dev.aicortex.fleet.Drift;
import dev.aicortex.fleet.Fleet;
import dev.aicortex.fleet.FleetSnapshot;
import dev.aicortex.fleet.Holding;
import dev.aicortex.fleet.Server;
import dev.aicortex.fleet.ServerState;
import dev.aicortex.fleet.Wakes;
import dev.aicortex.fleet.observed.Speeds;
import dev.aicortex.gateway.Listing;
import dev.aicortex.gateway.dispatch.Queue;
import dev.aicortex.gateway.rewrite.Target;
import dev.aicortex.gateway.watch.Numbers;
import dev.aicortex.gateway.watch.ServerPace;
import dev.aicortex.gateway.watch.Watch;
import dev.aicortex.model.Bytes;
import dev.aicortex.model.ModelName;
import dev.aicortex.ollama.RunningModel;
import dev.aicortex.ollama.TagList;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * {@code /admin/models}: the models of the fleet as an operator sees them, from the snapshot: no
 * server is asked.
 */
@Path("/admin/models")
@Produces(MediaType.APPLICATION_JSON)
@AdminGuard.AdminOnly
@RunOnVirtualThread
public class ModelsResource {
    private static final TagList.Details UNTOLD = new TagList.Details(null, null, null);

    private final Fleet fleet;
    private final Listing listing;
    private final Queue queue;
    private final Wakes wakes;
    private final Watch watch;
    private final CatalogueStore store;

    ModelsResource(
            Fleet fleet,
            Listing listing,
            Queue queue,
            Wakes wakes,
            Watch watch,
            CatalogueStore store) {
        this.fleet = fleet;
        this.listing = listing;
        this.queue = queue;
        this.wakes = wakes;
        this.watch = watch;
        this.store = store;
    }

    /** All that a server of the fleet holds, be it up or not; by name. */
    public record ModelList(List<ModelEntry> models) {}

    /**
     * One model; what nobody has told is absent.
     *
     * @param size on disk, {@code 2.0 GB}
     * @param servers that hold it
     * @param up those of them that are up
     * @param resident those of them that have it in memory
     * @param drift whether its content differs from server to server
     * @param aliases names that lead to it
     * @param waiting requests that wait for a place
     */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    public record ModelEntry(
            String name,
            String family,
            String size,
            @JsonProperty("size_bytes") long sizeBytes,
            String parameters,
            String quantization,
            @JsonProperty("context_length") @Nullable Integer contextLength,
            @JsonInclude(JsonInclude.Include.ALWAYS) List<String> capabilities,
            int servers,
            int up,
            int resident,
            boolean drift,
            @JsonInclude(JsonInclude.Include.ALWAYS) List<String> aliases,
            int waiting) {}

    /**
     * One model in full.
     *
     * @param alias the name that was asked for, where that stands for this model
     * @param chains the aliases that lead to it, each with its models in the order in which they
     *     are asked
     * @param rule which servers may be asked for it; absent where all may
     * @param contents the one that is served first; absent where they do not differ
     * @param line the requests that wait for it
     * @param holders the servers that hold it, in the configured order
     */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    public record ModelDetail(
            @JsonUnwrapped ModelEntry entry,
            @Nullable String alias,
            @JsonInclude(JsonInclude.Include.ALWAYS) List<Listing.Chain> chains,
            @Nullable Rule rule,
            List<HealthResource.ContentEntry> contents,
            Line line,
            List<Holder> holders) {}

    /**
     * A rule.
     *
     * @param labels that a server must have, all of them
     * @param key of the configuration that says so
     */
    public record Rule(List<String> labels, String key) {
        static @Nullable Rule of(Allow rule) {
            return rule.labels().isEmpty()
                    ? null
                    : new Rule(rule.labels().stream().sorted().toList(), rule.key());
        }
    }

    /**
     * Requests that wait.
     *
     * @param oldest for how long the one that came first has waited, in milliseconds; absent when
     *     none waits
     * @param priorities how many are of each
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Line(
            int waiting,
            @JsonProperty("oldest_ms") @Nullable Long oldest,
            Map<String, Integer> priorities) {
        static Line of(Queue.Line line) {
            Map<String, Integer> priorities = new LinkedHashMap<>();
            line.priorities().forEach((each, number) -> priorities.put(each.word(), number));
            return new Line(
                    line.waiting(), line.waiting() == 0 ? null : line.oldestMillis(), priorities);
        }
    }

    /**
     * A server that holds the model; what was not measured there is absent.
     *
     * @param name its own in the configuration, else host and port
     * @param state as in {@link Condition}
     * @param reason why it is not just up
     * @param allowed false where the model's rule keeps requests away; absent otherwise
     * @param digest of what it holds
     * @param resident whether it is in memory
     * @param sizeBytes of memory in all
     * @param vramBytes those of them on GPUs
     * @param context the length that it is in memory with, in tokens
     * @param loadMillis that a load takes
     * @param prefill tokens of prompt a second, about: at four bytes each
     * @param decode tokens of one answer a second; absent with {@code cortex.ui=false} too
     * @param answerMillis for which an answer holds a place
     * @param places requests, of all models, that it is given at once
     */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    public record Holder(
            String name,
            String url,
            String state,
            String reason,
            @Nullable Boolean allowed,
            String digest,
            boolean resident,
            @JsonProperty("size_bytes") @Nullable Long sizeBytes,
            @JsonProperty("vram_bytes") @Nullable Long vramBytes,
            @Nullable Integer context,
            @JsonProperty("load_ms") @Nullable Long loadMillis,
            @JsonProperty("prefill_tokens_per_second") @Nullable Double prefill,
            @JsonProperty("decode_tokens_per_second") @Nullable Double decode,
            @JsonProperty("answer_ms") @Nullable Long answerMillis,
            @JsonProperty("in_flight") int inFlight,
            int places) {
        private static final double TOKENS_OF_A_KILOBYTE = 1024 / 4.0;

        static Holder of(
                ServerState state,
                ModelName model,
                Allow rule,
                Condition condition,
                @Nullable ServerPace pace) {
            Server server = state.server();
            Holding holding = state.holding(model);
            Optional<RunningModel> loaded = holding.in(state.running());
            Speeds speeds = holding.measured();
            return new Holder(
                    server.name().isEmpty() ? server.url().authority() : server.name(),
                    server.url().toString(),
                    condition.state(),
                    condition.reason(),
                    rule.admits(server) ? null : false,
                    state.digest(model),
                    inMemory(state, model),
                    loaded.map(RunningModel::size).orElse(null),
                    loaded.map(RunningModel::sizeVram).orElse(null),
                    state.up() && holding.contextLength() > 0 ? holding.contextLength() : null,
                    rounded(speeds.loadMillis()),
                    speeds.perKilobyte() > 0 ? tokensASecond(speeds.perKilobyte()) : null,
                    pace == null ? null : told(pace.decodeTokensASecond(model)),
                    rounded(speeds.serviceMillis()),
                    server.inFlight(),
                    server.limit());
        }

        private static @Nullable Long rounded(double millis) {
            return millis > 0 ? Math.round(millis) : null;
        }

        private static @Nullable Double told(@Nullable Double figure) {
            return figure == null ? null : Numbers.tenths(figure);
        }

        private static double tokensASecond(double millisPerKilobyte) {
            return Numbers.tenths(TOKENS_OF_A_KILOBYTE * 1_000 / millisPerKilobyte);
        }
    }

    @GET
    public ModelList models() {
        FleetSnapshot snapshot = fleet.snapshot();
        Map<ModelName, Integer> waiting = queue.waiting();
        return new ModelList(
                snapshot.holders().keySet().stream()
                        .sorted()
                        .map(model -> entry(snapshot, model, waiting.getOrDefault(model, 0)))
                        .toList());
    }

    private ModelEntry entry(FleetSnapshot snapshot, ModelName model, int waiting) {
        List<ServerState> holders = snapshot.holders(model);
        TagList.Tag tag = tag(snapshot, model);
        TagList.Details details = Objects.requireNonNullElse(tag.details(), UNTOLD);
        Optional<Model> known = store.catalogue().model(model);
        Facts facts = known.map(Model::facts).orElse(Facts.NONE);
        boolean same = !tag.content().isEmpty() && tag.content().equals(facts.digest());
        return new ModelEntry(
                tag.label(),
                known.map(Model::family).orElse(tag.family()),
                Bytes.text(tag.size()),
                tag.size(),
                Objects.requireNonNullElse(details.parameterSize(), ""),
                Objects.requireNonNullElse(details.quantizationLevel(), ""),
                same && facts.contextLength() > 0 ? facts.contextLength() : null,
                same ? facts.capabilities() : List.of(),
                holders.size(),
                number(holders, ServerState::up),
                number(holders, state -> inMemory(state, model)),
                snapshot.drifts().containsKey(model),
                listing.chains(model).stream().map(Listing.Chain::name).toList(),
                waiting);
    }

    /** What is served of it, or what a server that is down said last. */
    private static TagList.Tag tag(FleetSnapshot snapshot, ModelName model) {
        return snapshot.tag(model)
                .orElseGet(() ->
                        Objects.requireNonNull(
                                snapshot.holders(model).getFirst().models().get(model)));
    }

    private static boolean inMemory(ServerState state, ModelName model) {
        return state.up() && state.holding(model).resident();
    }

    private static int number(List<ServerState> holders, Predicate<ServerState> which) {
        return (int) holders.stream().filter(which).count();
    }

    /** One model, by its own name or by an alias that stands for it. */
    @GET
    @Path("{name:.+}")
    public ModelDetail model(String name) {
        FleetSnapshot snapshot = fleet.snapshot();
        ModelName asked = ModelName.of(name);
        List<Target> targets = listing.targets(name, asked);
        ModelName model =
                targets.stream()
                        .map(Target::name)
                        .filter(each -> snapshot.tag(each).isPresent())
                        .findFirst()
                        .or(() -> firstHeld(snapshot, targets))
                        .orElseThrow(() ->
                                UnknownModel.error(
                                        targets.getFirst().spelling(),
                                        snapshot,
                                        store.catalogue()));
        Queue.Line line = queue.line(model);
        Allow rule = snapshot.allow(model);
        return new ModelDetail(
                entry(snapshot, model, line.waiting()),
                model.equals(asked) ? null : name,
                listing.chains(model),
                Rule.of(rule),
                contents(snapshot, model),
                Line.of(line),
                snapshot.holders(model).stream()
                        .map(state ->
                                Holder.of(
                                        state,
                                        model,
                                        rule,
                                        Condition.of(
                                                state,
                                                wakes.waking(state.server()),
                                                line.waiting() > 0),
                                        watch.pace(state.server())))
                        .toList());
    }

    private static Optional<ModelName> firstHeld(FleetSnapshot snapshot, List<Target> targets) {
        return targets.stream()
                .map(Target::name)
                .filter(each -> !snapshot.holders(each).isEmpty())
                .findFirst();
    }

    private static List<HealthResource.ContentEntry> contents(
            FleetSnapshot snapshot, ModelName model) {
        Drift drift = snapshot.drifts().get(model);
        return drift == null
                ? List.of()
                : drift.contents().stream().map(HealthResource.ContentEntry::of).toList();
    }
}
