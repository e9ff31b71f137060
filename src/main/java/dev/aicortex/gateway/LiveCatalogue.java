package dev.aicortex.gateway;

import dev.aicortex.catalogue.CatalogueStore;
import dev.aicortex.catalogue.Facts;
import dev.aicortex.catalogue.Family;
import dev.aicortex.catalogue.Model;
import dev.aicortex.catalogue.ModelQuery;
import dev.aicortex.catalogue.ModelServer;
import dev.aicortex.catalogue.Status;
import dev.aicortex.fleet.Fleet;
import dev.aicortex.fleet.FleetSnapshot;
import dev.aicortex.fleet.Health;
import dev.aicortex.fleet.ServerState;
import dev.aicortex.model.Bytes;
import dev.aicortex.model.ModelName;
import dev.aicortex.model.ModelNotFoundException;
import dev.aicortex.model.NearestNames;
import dev.aicortex.ollama.TagList;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The catalogue and the fleet in one view: live state decides, the catalogue describes. */
@ApplicationScoped
public class LiveCatalogue {
    private static final int SUGGESTIONS = 3;

    private final CatalogueStore store;
    private final Fleet fleet;

    LiveCatalogue(CatalogueStore store, Fleet fleet) {
        this.store = store;
        this.fleet = fleet;
    }

    /** The families of the catalogue, by name. */
    public List<Family> families() {
        return List.copyOf(store.catalogue().families());
    }

    /** The models that match, by family and name. */
    public List<LiveModel> find(ModelQuery query) {
        FleetSnapshot snapshot = fleet.snapshot();
        return store.catalogue().find(query).stream().map(model -> live(model, snapshot)).toList();
    }

    /**
     * One model, also one that a server holds and the catalogue has not met yet.
     *
     * @throws ModelNotFoundException when neither knows it
     */
    public LiveModel model(String name) {
        ModelName key = ModelName.of(name);
        FleetSnapshot snapshot = fleet.snapshot();
        return store.catalogue()
                .model(key)
                .or(() -> uncatalogued(key, snapshot))
                .map(model -> live(model, snapshot))
                .orElseThrow(() -> unknown(name));
    }

    /** The error for a name that neither the fleet nor the catalogue knows. */
    public ModelNotFoundException unknown(String name) {
        List<String> known = new ArrayList<>();
        fleet.snapshot().models().forEach(tag -> known.add(tag.label()));
        store.catalogue().find(ModelQuery.ALL).forEach(model -> known.add(model.name()));
        List<String> distinct = known.stream().distinct().toList();
        return new ModelNotFoundException(name, NearestNames.of(name, distinct, SUGGESTIONS));
    }

    private Optional<Model> uncatalogued(ModelName key, FleetSnapshot snapshot) {
        return snapshot.holders(key).stream()
                .map(state -> state.models().get(key))
                .findFirst()
                .map(LiveCatalogue::model);
    }

    private static Model model(TagList.Tag tag) {
        TagList.Details details = tag.details();
        Facts facts =
                new Facts(
                        Bytes.text(tag.size()),
                        tag.size(),
                        details == null ? "" : text(details.parameterSize()),
                        details == null ? "" : text(details.quantizationLevel()),
                        0,
                        text(tag.digest()),
                        List.of(),
                        "",
                        text(tag.modifiedAt()));
        return Model.named(tag.label(), Family.OTHERS).withFacts(facts);
    }

    private static LiveModel live(Model model, FleetSnapshot snapshot) {
        ModelName key = model.key();
        Map<String, LiveServer> servers = new TreeMap<>();
        Map<String, ModelServer> remembered = new TreeMap<>();
        model.servers().forEach(server -> remembered.put(server.url(), server));
        for (ServerState state : snapshot.states()) {
            String url = state.server().url().toString();
            ModelServer before = remembered.remove(url);
            if (state.models().containsKey(key) || before != null) {
                servers.put(url, live(url, state, key, before));
            }
        }
        remembered.forEach((url, server) -> servers.put(url, outside(server)));
        boolean available = snapshot.holders(key).stream().anyMatch(ServerState::up);
        return new LiveModel(model, available, List.copyOf(servers.values()));
    }

    private static LiveServer live(
            String url, ServerState state, ModelName key, @Nullable ModelServer before) {
        TagList.Tag tag = state.models().get(key);
        return new LiveServer(
                url,
                status(state.health()),
                true,
                tag != null,
                tag == null ? "" : text(tag.digest()),
                before == null ? "" : before.lastSeen());
    }

    private static LiveServer outside(ModelServer server) {
        boolean holds = !server.lastSeen().isEmpty();
        return new LiveServer(
                server.url(), server.status(), false, holds, server.digest(), server.lastSeen());
    }

    private static Status status(Health health) {
        return switch (health) {
            case Health.Unknown _ -> Status.UNKNOWN;
            case Health.Up _ -> Status.UP;
            case Health.Down _ -> Status.DOWN;
        };
    }

    private static String text(@Nullable String value) {
        return value == null ? "" : value;
    }
}
