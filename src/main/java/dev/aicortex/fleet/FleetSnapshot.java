package dev.aicortex.fleet;

import dev.aicortex.model.ModelName;
import dev.aicortex.model.ModelNotFoundException;
import dev.aicortex.model.NearestNames;
import dev.aicortex.ollama.TagList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/**
 * The fleet at one moment; immutable.
 *
 * @param states in the configured order
 * @param holders for each model the servers that hold it, those that are down included
 * @param byUrl the servers by address
 * @param models the union of what the servers that are up hold, one entry a name, sorted by name
 * @param remote the names that a server passes on to somebody else's machine
 * @param pools the holders ready to be chosen from, filled as they are asked for
 */
public record FleetSnapshot(
        List<ServerState> states,
        Map<ModelName, List<ServerState>> holders,
        Map<String, ServerState> byUrl,
        List<TagList.Tag> models,
        Set<ModelName> remote,
        Map<ModelName, Pool> pools) {

    private static final int SUGGESTIONS = 3;

    static FleetSnapshot of(List<ServerState> states) {
        Map<ModelName, List<ServerState>> holders = new LinkedHashMap<>();
        Map<String, ServerState> byUrl = new LinkedHashMap<>();
        Map<ModelName, TagList.Tag> union = new TreeMap<>();
        Set<ModelName> remote = new HashSet<>();
        for (ServerState state : states) {
            byUrl.put(state.server().url().toString(), state);
            state.models().keySet().forEach(name -> add(holders, name, state));
            state.models().forEach((name, tag) -> addRemote(remote, name, tag));
            if (state.up()) {
                state.models().forEach(union::putIfAbsent);
            }
        }
        return new FleetSnapshot(
                List.copyOf(states),
                Collections.unmodifiableMap(holders),
                Collections.unmodifiableMap(byUrl),
                List.copyOf(union.values()),
                Set.copyOf(remote),
                new ConcurrentHashMap<>());
    }

    private static void addRemote(Set<ModelName> remote, ModelName name, TagList.Tag tag) {
        if (tag.remote()) {
            remote.add(name);
        }
    }

    /** What a server that is up says of a model; empty when none of them holds it. */
    public Optional<TagList.Tag> tag(ModelName model) {
        return holders(model).stream()
                .filter(ServerState::up)
                .flatMap(state -> Optional.ofNullable(state.models().get(model)).stream())
                .findFirst();
    }

    private static void add(
            Map<ModelName, List<ServerState>> holders, ModelName name, ServerState state) {
        holders.computeIfAbsent(name, _ -> new ArrayList<>()).add(state);
    }

    /** The servers that hold the model, healthy or not, in the configured order. */
    public List<ServerState> holders(ModelName model) {
        return holders.getOrDefault(model, List.of());
    }

    /** The holders of a model, ready to be chosen from. */
    public Pool pool(ModelName model) {
        Pool known = pools.get(model);
        if (known != null) {
            return known;
        }
        List<ServerState> all = holders(model);
        return all.isEmpty()
                ? Pool.of(model, all) // a name that a client made up is not kept
                : pools.computeIfAbsent(model, _ -> Pool.of(model, all));
    }

    /** {@code up} when every server is, {@code degraded} when some are, else {@code down}. */
    public String status() {
        long up = states.stream().filter(ServerState::up).count();
        if (up == 0) {
            return "down";
        }
        return up == states.size() ? "up" : "degraded";
    }

    /** The lowest Ollama version of the servers that are up; empty when none is known. */
    public Optional<String> lowestVersion() {
        return states.stream()
                .filter(ServerState::up)
                .map(ServerState::version)
                .filter(version -> !version.isEmpty())
                .min(Comparator.comparing(FleetSnapshot::numbers, Arrays::compare));
    }

    /** The error for a model that no server holds, with the names that may have been meant. */
    public ModelNotFoundException unknown(String spelling) {
        List<String> known = models.stream().map(TagList.Tag::label).toList();
        return new ModelNotFoundException(spelling, NearestNames.of(spelling, known, SUGGESTIONS));
    }

    private static int[] numbers(String version) {
        return Pattern.compile("[^0-9]+")
                .splitAsStream(version)
                .filter(part -> !part.isEmpty() && part.length() < 10)
                .mapToInt(Integer::parseInt)
                .toArray();
    }
}
