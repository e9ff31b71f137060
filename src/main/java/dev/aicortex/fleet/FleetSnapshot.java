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
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The fleet at one moment; immutable.
 *
 * @param states in the order of their positions
 * @param holders for each model the servers that hold it, those that are down included
 * @param byUrl the servers by address
 * @param models the union of what the servers hold that are up or can be woken, one entry a name,
 *     sorted by name
 * @param remote the names that a server passes on to somebody else's machine
 * @param drifts the models whose contents differ from server to server
 * @param pools the holders ready to be chosen from
 * @param settled whether every server has been asked once, but for those that came later
 */
public record FleetSnapshot(
        List<ServerState> states,
        Map<ModelName, List<ServerState>> holders,
        Map<String, ServerState> byUrl,
        List<TagList.Tag> models,
        Set<ModelName> remote,
        Map<ModelName, Drift> drifts,
        Pools.Made pools,
        boolean settled) {

    private static final int SUGGESTIONS = 3;
    private static final Pattern NO_DIGITS = Pattern.compile("[^0-9]+");

    /**
     * The fleet after another one.
     *
     * @param before whose contents go on being served as long as they may; null at the start
     */
    static FleetSnapshot of(
            List<ServerState> states, @Nullable FleetSnapshot before, Pools.Rules rules) {
        Map<ModelName, Holders> gathered = new LinkedHashMap<>();
        Map<String, ServerState> byUrl = new LinkedHashMap<>();
        Map<ModelName, TagList.Tag> union = new TreeMap<>();
        Set<ModelName> remote = new HashSet<>();
        for (ServerState state : states) {
            byUrl.put(state.server().url().toString(), state);
            state.models()
                    .forEach((name, tag) -> {
                        gathered.computeIfAbsent(name, _ -> new Holders()).add(state, tag);
                        if (tag.remote()) {
                            remote.add(name);
                        }
                        if (state.available()) {
                            union.putIfAbsent(name, tag);
                        }
                    });
        }
        Map<ModelName, List<ServerState>> holders = new LinkedHashMap<>();
        gathered.forEach((model, found) -> holders.put(model, found.holders));
        Map<ModelName, Drift> drifts = drifts(gathered, before);
        drifts.forEach((model, drift) -> drift.tag().ifPresent(tag -> union.put(model, tag)));
        return new FleetSnapshot(
                List.copyOf(states),
                Collections.unmodifiableMap(holders),
                Collections.unmodifiableMap(byUrl),
                List.copyOf(union.values()),
                Set.copyOf(remote),
                Collections.unmodifiableMap(drifts),
                new Pools.Made(rules),
                (before != null && before.settled) || asked(states));
    }

    private static boolean asked(List<ServerState> states) {
        return !states.isEmpty()
                && states.stream().noneMatch(state -> state.health() instanceof Health.Unknown);
    }

    private static Map<ModelName, Drift> drifts(
            Map<ModelName, Holders> gathered, @Nullable FleetSnapshot before) {
        // while servers have not been asked, what is served is chance
        FleetSnapshot known = before != null && before.settled() ? before : null;
        Map<ModelName, Drift> drifts = new TreeMap<>();
        gathered.forEach((model, found) -> {
            if (found.differ) {
                String served = known == null ? "" : known.served(model);
                List<Drift.Content> contents = Drift.Content.inOrder(model, found.holders, served);
                drifts.put(model, new Drift(model, contents));
            }
        });
        return drifts;
    }

    /** The holders of one model while they are gone through, and whether their contents differ. */
    private static final class Holders {
        private final List<ServerState> holders = new ArrayList<>();
        private String last = "";
        private boolean differ;

        private void add(ServerState state, TagList.Tag tag) {
            holders.add(state);
            String digest = tag.content();
            if (!digest.isEmpty()) {
                differ |= !last.isEmpty() && !last.equals(digest);
                last = digest;
            }
        }
    }

    /** The content that a server has of a model; empty where it does not tell. */
    public String digest(Server server, ModelName model) {
        return state(server).map(state -> state.digest(model)).orElse("");
    }

    /** What is known of a server; empty when it is not of the fleet. */
    public Optional<ServerState> state(Server server) {
        int index = indexOf(server);
        return index < 0 ? Optional.empty() : Optional.of(states.get(index));
    }

    /** Where a server stands among the states; negative when it is not of the fleet. */
    int indexOf(Server server) {
        int low = 0;
        int high = states.size() - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            Server there = states.get(middle).server();
            if (there.equals(server)) {
                return middle;
            }
            if (there.position() < server.position()) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return -1;
    }

    /**
     * What a server that is up or asleep says of a model, of the content that is served; empty when
     * none of them holds it.
     */
    public Optional<TagList.Tag> tag(ModelName model) {
        return Optional.ofNullable(drifts.get(model))
                .flatMap(Drift::tag)
                .or(() -> anyTag(holders(model), model));
    }

    /** What the first of them that is up or asleep says of a model. */
    static Optional<TagList.Tag> anyTag(List<ServerState> holders, ModelName model) {
        return holders.stream()
                .filter(ServerState::available)
                .flatMap(state -> Optional.ofNullable(state.models().get(model)).stream())
                .findFirst();
    }

    /** The servers that hold the model, healthy or not, in the configured order. */
    public List<ServerState> holders(ModelName model) {
        return holders.getOrDefault(model, List.of());
    }

    /** The holders of a model that may be asked, ready to be chosen from. */
    public Pools pools(ModelName model, Allow caller) {
        return pools.of(this, model, caller);
    }

    /** Those of one content that can be asked now, whoever asks. */
    public Pool pool(ModelName model) {
        return pools(model, Allow.ALL).open(List.of(), "");
    }

    /** The rule of a model. */
    public Allow allow(ModelName model) {
        return pools.rules().of(model);
    }

    /** Whether any model has a rule. */
    public boolean ruled() {
        return !pools.rules().models().isEmpty();
    }

    /** The content of a model that is served; empty where no server tells. */
    String served(ModelName model) {
        Drift drift = drifts.get(model);
        return drift != null
                ? drift.served().digest()
                : holders(model).stream()
                        .map(state -> state.digest(model))
                        .filter(digest -> !digest.isEmpty())
                        .findFirst()
                        .orElse("");
    }

    /**
     * {@code up} when every server is or can be woken, {@code degraded} when some are, else {@code
     * down}.
     */
    public String status() {
        long up = states.stream().filter(ServerState::available).count();
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

    private static int[] numbers(String version) {
        return NO_DIGITS
                .splitAsStream(version)
                .filter(part -> !part.isEmpty() && part.length() < 10)
                .mapToInt(Integer::parseInt)
                .toArray();
    }

    /** The error for a model that no server holds, with the names that may have been meant. */
    public ModelNotFoundException unknown(String spelling) {
        return unknown(spelling, _ -> true);
    }

    /**
     * The same with names of some models alone.
     *
     * @param shown those that whoever asks may know of
     */
    public ModelNotFoundException unknown(String spelling, Predicate<ModelName> shown) {
        List<String> known =
                models.stream()
                        .map(TagList.Tag::label)
                        .filter(label -> shown.test(ModelName.of(label)))
                        .toList();
        return new ModelNotFoundException(spelling, NearestNames.of(spelling, known, SUGGESTIONS));
    }
}
