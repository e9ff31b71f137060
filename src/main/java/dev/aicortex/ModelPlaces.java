package dev.aicortex;

import dev.aicortex.api.LlmParams;
import dev.aicortex.api.ModelHolder;
import dev.aicortex.api.ServerInfo;
import dev.aicortex.catalogue.CatalogueStore;
import dev.aicortex.catalogue.Facts;
import dev.aicortex.catalogue.Model;
import dev.aicortex.catalogue.ModelServer;
import dev.aicortex.catalogue.ModelServer.Status;
import dev.aicortex.fleet.Allow;
import dev.aicortex.fleet.Candidate;
import dev.aicortex.fleet.Fleet;
import dev.aicortex.fleet.FleetSnapshot;
import dev.aicortex.fleet.Health;
import dev.aicortex.fleet.Pool;
import dev.aicortex.fleet.ServerState;
import dev.aicortex.gateway.Barred;
import dev.aicortex.gateway.Selection;
import dev.aicortex.gateway.UnknownModel;
import dev.aicortex.model.CortexException;
import dev.aicortex.model.ModelName;
import dev.aicortex.model.ModelNotFoundException;
import dev.aicortex.model.ServerException;
import dev.aicortex.model.ServerUrl;
import dev.aicortex.model.ValidationException;
import dev.aicortex.ollama.ControlApi;
import dev.aicortex.ollama.ModelDetails;
import dev.aicortex.ollama.TagList;
import dev.aicortex.ollama.UnreachableException;
import jakarta.inject.Singleton;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** On which servers a model is: live from the fleet, last-known from the catalogue. */
@Singleton
class ModelPlaces {
    /** A server that is down is looked at again after a few seconds. */
    private static final int RETRY_SECONDS = 5;

    private final CatalogueStore store;
    private final Fleet fleet;
    private final ControlApi control;
    private final Selection selection;

    ModelPlaces(CatalogueStore store, Fleet fleet, ControlApi control, Selection selection) {
        this.store = store;
        this.fleet = fleet;
        this.control = control;
        this.selection = selection;
    }

    /** Every server that has it or had it, those of the fleet first. */
    List<ModelHolder> holders(Model model) {
        FleetSnapshot snapshot = fleet.snapshot();
        ModelName name = model.key();
        Map<String, ModelServer> catalogued = new LinkedHashMap<>();
        model.servers().forEach(server -> catalogued.put(server.url(), server));
        List<ModelHolder> holders = new ArrayList<>();
        for (ServerState state : snapshot.holders(name)) {
            ModelServer known = catalogued.remove(state.server().url().toString());
            holders.add(live(state, state.models().get(name), known));
        }
        List<ModelHolder> outside = new ArrayList<>();
        for (ModelServer server : catalogued.values()) {
            ServerState state = snapshot.byUrl().get(server.url());
            if (state != null) {
                holders.add(live(state, null, server));
            } else {
                outside.add(remembered(server));
            }
        }
        holders.addAll(outside);
        return holders;
    }

    private static ModelHolder live(
            ServerState state, TagList.@Nullable Tag tag, @Nullable ModelServer known) {
        ModelServer last = known != null ? known : ModelServer.unknown("");
        String digest = tag == null ? last.digest() : text(tag.digest());
        return new ModelHolder(
                state.server().url().toString(),
                true,
                state.health().word(),
                state.health() instanceof Health.Down down ? down.reason() : "",
                tag != null,
                state.server().inFlight(),
                state.server().breakerState().name().toLowerCase(Locale.ROOT),
                last.status().word(),
                last.lastSeen(),
                digest);
    }

    private static ModelHolder remembered(ModelServer server) {
        return new ModelHolder(
                server.url(),
                false,
                Status.UNKNOWN.word(),
                "",
                false,
                0,
                "",
                server.status().word(),
                server.lastSeen(),
                server.digest());
    }

    /** The model on the server that a request would go to now, or on one that is down. */
    ServerInfo info(String spelling) {
        FleetSnapshot snapshot = fleet.snapshot();
        ModelName name = ModelName.of(spelling);
        List<ServerState> holders = held(spelling, snapshot);
        return selection
                .best(name, snapshot.pool(name))
                .map(best -> info(best, name))
                .orElseGet(() -> info(holders.getFirst(), name));
    }

    /** The model on one server of the fleet. */
    ServerInfo info(String spelling, String url) {
        FleetSnapshot snapshot = fleet.snapshot();
        ModelName name = ModelName.of(spelling);
        URI base = ServerUrl.of(url, "url").base();
        ServerState state =
                Optional.ofNullable(snapshot.byUrl().get(base.toString()))
                        .orElseThrow(() -> notOfTheFleet(base));
        if (!state.models().containsKey(name)) {
            throw ModelNotFoundException.notOn(base.toString(), spelling);
        }
        return info(state, name);
    }

    private static ValidationException notOfTheFleet(URI url) {
        return ValidationException.of(
                "url", url, "is not in the fleet", "take one that modelServers shows as inFleet");
    }

    private ServerInfo info(ServerState state, ModelName name) {
        TagList.Tag tag = Objects.requireNonNull(state.models().get(name));
        TagList.Details details = tag.details();
        Facts facts = facts(state, name, tag);
        return new ServerInfo(
                state.server().url().toString(),
                state.health().word(),
                state.version(),
                tag.label(),
                text(tag.digest()),
                tag.size(),
                text(tag.modifiedAt()),
                details == null ? "" : text(details.family()),
                details == null ? "" : text(details.parameterSize()),
                details == null ? "" : text(details.quantizationLevel()),
                facts.contextLength(),
                facts.capabilities(),
                facts.license());
    }

    /** What no model list tells: the catalogue knows it of this very digest, or the server says. */
    private Facts facts(ServerState state, ModelName name, TagList.Tag tag) {
        Facts known = store.catalogue().model(name).map(Model::facts).orElse(Facts.NONE);
        boolean same = known.digest().equals(text(tag.digest()));
        if (same && known.described()) {
            return known;
        }
        if (state.up()) {
            return shown(state, tag.label());
        }
        return same ? known : Facts.NONE;
    }

    private Facts shown(ServerState state, String label) {
        ServerUrl url = state.server().url();
        try {
            ModelDetails details = control.show(url, label);
            return new Facts(
                    "",
                    0,
                    "",
                    "",
                    details.contextLength(),
                    "",
                    details.abilities(),
                    details.licenseName(),
                    "");
        } catch (UnreachableException e) {
            throw ServerException.exhausted(
                    "server %s did not tell of model '%s': %s".formatted(url, label, e.reason()));
        }
    }

    /** For another client library, on the server that a request would go to now. */
    LlmParams best(String spelling) {
        FleetSnapshot snapshot = fleet.snapshot();
        held(spelling, snapshot);
        return selection
                .best(ModelName.of(spelling), snapshot.pool(ModelName.of(spelling)))
                .map(state -> params(state, spelling))
                .orElseThrow(() -> none(spelling, snapshot));
    }

    /** The same on any server that may be asked now. */
    LlmParams any(String spelling, RandomGenerator random) {
        FleetSnapshot snapshot = fleet.snapshot();
        held(spelling, snapshot);
        Pool pool = snapshot.pool(ModelName.of(spelling));
        List<Candidate> open = candidates(pool).stream().filter(Candidate::open).toList();
        if (open.isEmpty()) {
            throw none(spelling, snapshot);
        }
        return params(open.get(random.nextInt(open.size())).state(), spelling);
    }

    private static List<Candidate> candidates(Pool pool) {
        return IntStream.range(0, pool.size()).mapToObj(pool::state).map(Candidate::of).toList();
    }

    private List<ServerState> held(String spelling, FleetSnapshot snapshot) {
        List<ServerState> holders = snapshot.holders(ModelName.of(spelling));
        if (holders.isEmpty()) {
            throw UnknownModel.error(spelling, snapshot, store.catalogue());
        }
        return holders;
    }

    private LlmParams params(ServerState state, String spelling) {
        ModelName name = ModelName.of(spelling);
        TagList.Tag tag = Objects.requireNonNull(state.models().get(name));
        int context =
                store.catalogue().model(name).map(Model::facts).orElse(Facts.NONE).contextLength();
        return LlmParams.of(tag.label(), state.server().url().toString(), context);
    }

    private static CortexException none(String spelling, FleetSnapshot snapshot) {
        return Barred.error(snapshot, ModelName.of(spelling), spelling, Allow.ALL)
                .orElseGet(() -> noneUp(spelling));
    }

    private static ServerException noneUp(String spelling) {
        return ServerException.unavailable(
                "no server that holds model '%s' can be asked now; modelServers tells why"
                        .formatted(spelling),
                RETRY_SECONDS);
    }

    private static String text(@Nullable String text) {
        return Objects.requireNonNullElse(text, "");
    }
}
