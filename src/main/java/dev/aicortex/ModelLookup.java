package dev.aicortex;

import dev.aicortex.api.LlmParams;
import dev.aicortex.api.ModelHolder;
import dev.aicortex.api.ServerInfo;
import dev.aicortex.catalogue.Catalogue;
import dev.aicortex.catalogue.CatalogueStore;
import dev.aicortex.catalogue.Facts;
import dev.aicortex.catalogue.Family;
import dev.aicortex.catalogue.Model;
import dev.aicortex.catalogue.ModelQuery;
import dev.aicortex.catalogue.ModelServer;
import dev.aicortex.catalogue.ModelServer.Status;
import dev.aicortex.chat.UnknownModel;
import dev.aicortex.fleet.Allow;
import dev.aicortex.fleet.Fleet;
import dev.aicortex.fleet.FleetSnapshot;
import dev.aicortex.fleet.Pool;
import dev.aicortex.fleet.ServerState;
import dev.aicortex.gateway.dispatch.Barred;
import dev.aicortex.gateway.dispatch.Selection;
import dev.aicortex.model.Bytes;
import dev.aicortex.model.CortexException;
import dev.aicortex.model.ModelName;
import dev.aicortex.model.ModelNotFoundException;
import dev.aicortex.model.NearestNames;
import dev.aicortex.model.ServerException;
import dev.aicortex.model.ServerUrl;
import dev.aicortex.model.ValidationException;
import dev.aicortex.ollama.ControlApi;
import dev.aicortex.ollama.ModelDetails;
import dev.aicortex.ollama.TagList;
import dev.aicortex.ollama.UnreachableException;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The models of the catalogue and those that a server has had only since its last refresh, and on
 * which servers they are: live from the fleet, last-known from the catalogue.
 */
@Singleton
class ModelLookup {
    private static final int SUGGESTIONS = 3;
    private static final TagList.Details UNTOLD = new TagList.Details(null, null, null);

    /** A server that is down is looked at again after a few seconds. */
    private static final int RETRY_SECONDS = 5;

    private final CatalogueStore store;
    private final Fleet fleet;
    private final ControlApi control;
    private final Selection selection;

    ModelLookup(CatalogueStore store, Fleet fleet, ControlApi control, Selection selection) {
        this.store = store;
        this.fleet = fleet;
        this.control = control;
        this.selection = selection;
    }

    List<Family> families() {
        return List.copyOf(store.catalogue().families());
    }

    List<Model> find(ModelQuery query) {
        Catalogue catalogue = store.catalogue();
        Stream<Model> uncatalogued =
                fleet.snapshot().models().stream()
                        .map(ModelLookup::live)
                        .filter(model -> catalogue.model(model.key()).isEmpty())
                        .filter(query::matches);
        return Stream.concat(catalogue.find(query).stream(), uncatalogued)
                .sorted(Model.BY_NAME)
                .toList();
    }

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

    Model one(String spelling) {
        ModelName name = ModelName.of(spelling);
        FleetSnapshot snapshot = fleet.snapshot();
        return store.catalogue()
                .model(name)
                .or(() -> snapshot.tag(name).map(ModelLookup::live))
                .or(() -> snapshot.holders(name).stream().findFirst().map(at -> live(at, name)))
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
                .map(_ ->
                        fleet.snapshot().models().stream()
                                .map(TagList.Tag::label)
                                .filter(this::chats)
                                .findFirst()
                                .orElseThrow(ModelNotFoundException::none));
    }

    private boolean chats(String label) {
        ModelName name = ModelName.of(label);
        List<String> known = catalogued(name).capabilities();
        return known.isEmpty() ? !name.namesAnEmbedding() : !known.contains("embedding");
    }

    private static Model live(ServerState state, ModelName name) {
        return live(tag(state, name));
    }

    private static TagList.Tag tag(ServerState holder, ModelName name) {
        return Objects.requireNonNull(holder.models().get(name));
    }

    /** A model of which only a server's list tells. */
    private static Model live(TagList.Tag tag) {
        String family = text(details(tag).family());
        return Model.named(tag.label(), family.isEmpty() ? Family.OTHERS : family)
                .withFacts(listed(tag));
    }

    private static Facts listed(TagList.Tag tag) {
        TagList.Details details = details(tag);
        return new Facts(
                Bytes.text(tag.size()),
                tag.size(),
                text(details.parameterSize()),
                text(details.quantizationLevel()),
                0,
                text(tag.digest()),
                List.of(),
                "",
                text(tag.modifiedAt()));
    }

    private static TagList.Details details(TagList.Tag tag) {
        return Objects.requireNonNullElse(tag.details(), UNTOLD);
    }

    private static String text(@Nullable String text) {
        return Objects.requireNonNullElse(text, "");
    }

    /** Every server that has it or had it, those of the fleet first. */
    List<ModelHolder> holders(Model model) {
        FleetSnapshot snapshot = fleet.snapshot();
        ModelName name = model.key();
        Map<String, ModelServer> known = new LinkedHashMap<>();
        for (ServerState state : snapshot.holders(name)) {
            String url = state.server().url().toString();
            known.put(url, ModelServer.unknown(url));
        }
        model.servers().forEach(server -> known.put(server.url(), server));
        return known.values().stream()
                .map(server -> holder(server, snapshot.byUrl().get(server.url()), name))
                .sorted(Comparator.comparing(ModelHolder::inFleet).reversed())
                .toList();
    }

    /** A server as the catalogue knows it and, in the fleet, as it is now. */
    private static ModelHolder holder(
            ModelServer known, @Nullable ServerState state, ModelName name) {
        TagList.Tag tag = state == null ? null : state.models().get(name);
        String digest = tag == null ? known.digest() : text(tag.digest());
        return new ModelHolder(
                known.url(),
                state != null,
                state == null ? Status.UNKNOWN.word() : state.health().word(),
                state == null ? "" : state.health().reason(),
                tag != null,
                state == null ? 0 : state.server().inFlight(),
                state == null ? "" : state.server().breakerState().name().toLowerCase(Locale.ROOT),
                known.status().word(),
                known.lastSeen(),
                digest);
    }

    /** The model on the server that a request would go to now, or on one that is down. */
    ServerInfo info(String spelling) {
        FleetSnapshot snapshot = fleet.snapshot();
        ModelName name = ModelName.of(spelling);
        List<ServerState> holders = held(spelling, snapshot);
        return info(selection.best(name, snapshot.pool(name)).orElseGet(holders::getFirst), name);
    }

    /** The model on one server of the fleet. */
    ServerInfo info(String spelling, String url) {
        ModelName name = ModelName.of(spelling);
        String base = ServerUrl.of(url, "url").base().toString();
        ServerState state = fleet.snapshot().byUrl().get(base);
        if (state == null) {
            throw ValidationException.of(
                    "url",
                    base,
                    "is not in the fleet",
                    "take one that modelServers shows as inFleet");
        }
        if (!state.models().containsKey(name)) {
            throw ModelNotFoundException.notOn(base, spelling);
        }
        return info(state, name);
    }

    private ServerInfo info(ServerState state, ModelName name) {
        TagList.Tag tag = tag(state, name);
        Facts listed = listed(tag);
        Facts described = described(state, name, tag);
        return new ServerInfo(
                state.server().url().toString(),
                state.health().word(),
                state.version(),
                tag.label(),
                listed.digest(),
                listed.sizeBytes(),
                listed.modifiedAt(),
                text(details(tag).family()),
                listed.parameters(),
                listed.quantization(),
                described.contextLength(),
                described.capabilities(),
                described.license());
    }

    /** What no model list tells: the catalogue knows it of this very digest, or the server says. */
    private Facts described(ServerState state, ModelName name, TagList.Tag tag) {
        Facts known = catalogued(name);
        boolean same = known.digest().equals(text(tag.digest()));
        if (same && known.described()) {
            return known;
        }
        if (state.up()) {
            return shown(state, tag.label());
        }
        return same ? known : Facts.NONE;
    }

    private Facts catalogued(ModelName name) {
        return store.catalogue().model(name).map(Model::facts).orElse(Facts.NONE);
    }

    private Facts shown(ServerState state, String label) {
        ServerUrl url = state.server().url();
        try {
            ModelDetails told = control.show(url, label);
            int length = told.contextLength();
            return new Facts("", 0, "", "", length, "", told.abilities(), told.licenseName(), "");
        } catch (UnreachableException e) {
            throw ServerException.exhausted(
                    "server %s did not tell of model '%s': %s".formatted(url, label, e.reason()));
        }
    }

    /** For another client library, on the server that a request would go to now. */
    LlmParams best(String spelling) {
        return params(spelling, pool -> selection.best(ModelName.of(spelling), pool));
    }

    /** The same on any server that may be asked now. */
    LlmParams any(String spelling, RandomGenerator random) {
        return params(
                spelling,
                pool -> {
                    List<ServerState> open =
                            IntStream.range(0, pool.size())
                                    .mapToObj(pool::state)
                                    .filter(ServerState::open)
                                    .toList();
                    return open.isEmpty()
                            ? Optional.empty()
                            : Optional.of(open.get(random.nextInt(open.size())));
                });
    }

    private LlmParams params(String spelling, Function<Pool, Optional<ServerState>> choice) {
        FleetSnapshot snapshot = fleet.snapshot();
        ModelName name = ModelName.of(spelling);
        held(spelling, snapshot);
        ServerState state =
                choice.apply(snapshot.pool(name)).orElseThrow(() -> none(spelling, snapshot));
        String url = state.server().url().toString();
        return LlmParams.of(tag(state, name).label(), url, catalogued(name).contextLength());
    }

    private List<ServerState> held(String spelling, FleetSnapshot snapshot) {
        List<ServerState> holders = snapshot.holders(ModelName.of(spelling));
        if (holders.isEmpty()) {
            throw UnknownModel.error(spelling, snapshot, store.catalogue());
        }
        return holders;
    }

    private static CortexException none(String spelling, FleetSnapshot snapshot) {
        return Barred.error(snapshot, ModelName.of(spelling), spelling, Allow.ALL)
                .orElseGet(() ->
                        ServerException.unavailable(
                                "no server that holds model '%s' can be asked now; modelServers tells why"
                                        .formatted(spelling),
                                RETRY_SECONDS));
    }
}
