package dev.aicortex.fleet;

import dev.aicortex.model.ModelName;
import dev.aicortex.model.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * One of the contents that a model's tag has in the fleet; pure.
 *
 * @param holders that say they have it, up or not, in the configured order
 * @param newest when the latest of them got it
 */
public record Content(String digest, List<ServerState> holders, Instant newest) {
    private static final int SHOWN_DIGITS = 12;

    /**
     * The contents of a model, the one to be served first: the one that most servers have which are
     * up; of equals the one that was served before, then the newest, then the first in the
     * configured order. Servers of the one before count when they are down too, as long as half of
     * them are up: who is gone for a moment moves nothing.
     *
     * @param holders of the model; those that tell no digest belong to every content
     * @param before the digest that was served; empty when none was
     */
    static List<Content> inOrder(ModelName model, List<ServerState> holders, String before) {
        Comparator<Content> votes = Comparator.comparingInt(content -> -content.votes(before));
        return of(model, holders).stream()
                .sorted(
                        votes.thenComparing(content -> !content.digest.equals(before))
                                .thenComparing(Content::newest, Comparator.reverseOrder()))
                .toList();
    }

    private static Collection<Content> of(ModelName model, List<ServerState> holders) {
        Map<String, List<ServerState>> groups = new LinkedHashMap<>();
        for (ServerState state : holders) {
            String digest = state.digest(model);
            if (!digest.isEmpty()) {
                groups.computeIfAbsent(digest, _ -> new ArrayList<>()).add(state);
            }
        }
        return groups.entrySet().stream()
                .map(group ->
                        new Content(
                                group.getKey(),
                                List.copyOf(group.getValue()),
                                newest(model, group.getValue())))
                .toList();
    }

    private static Instant newest(ModelName model, List<ServerState> holders) {
        return holders.stream()
                .map(state -> Objects.requireNonNull(state.models().get(model)).modifiedAt())
                .flatMap(time -> Timestamp.of(time).stream())
                .max(Comparator.naturalOrder())
                .orElse(Instant.EPOCH);
    }

    private int votes(String before) {
        int up = (int) holders.stream().filter(ServerState::up).count();
        boolean sticks = digest.equals(before) && 2 * up >= holders.size();
        return sticks ? holders.size() : up;
    }

    /** As people are shown it: the first twelve digits. */
    public String shortened() {
        return shortened(digest);
    }

    public static String shortened(String digest) {
        String hex = digest.startsWith("sha256:") ? digest.substring("sha256:".length()) : digest;
        return hex.substring(0, Math.min(SHOWN_DIGITS, hex.length()));
    }
}
