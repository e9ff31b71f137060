package dev.aicortex.fleet;

import dev.aicortex.model.ModelName;
import dev.aicortex.model.Timestamp;
import dev.aicortex.ollama.TagList;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/**
 * A model's tag has different contents on different servers.
 *
 * @param contents two at least, the one that is served first
 */
public record Drift(ModelName model, List<Content> contents) {
    public Content served() {
        return contents.getFirst();
    }

    /** What a server that is up says of the content that is served; empty when none is. */
    Optional<TagList.Tag> tag() {
        return FleetSnapshot.anyTag(served().holders(), model);
    }

    /** The digest that is served, then the others in an order that does not change. */
    private List<String> digests() {
        Stream<String> others = contents.stream().skip(1).map(Content::digest).sorted();
        return Stream.concat(Stream.of(served().digest()), others).toList();
    }

    private String text() {
        String start = model + " differs from server to server; served is ";
        return contents.stream()
                .map(content -> content.shortened() + " on " + content.servers())
                .collect(Collectors.joining("; not ", start, ""));
    }

    /**
     * One of the contents.
     *
     * @param holders that say they have it, up or not, in the configured order
     * @param newest when the latest of them got it
     */
    public record Content(String digest, List<ServerState> holders, Instant newest) {
        private static final int SHOWN_DIGITS = 12;
        private static final int SHOWN_SERVERS = 8;

        /**
         * The contents of a model, the one to be served first: the one that most servers have which
         * are up; of equals the one that was served before, then the newest, then the first in the
         * configured order. Servers of the one before count when they are down too, as long as half
         * of them are up: who is gone for a moment moves nothing.
         *
         * @param holders of the model; those that tell no digest belong to every content
         * @param before the digest that was served; empty when none was
         */
        static List<Content> inOrder(ModelName model, List<ServerState> holders, String before) {
            Map<String, List<ServerState>> byDigest =
                    holders.stream()
                            .filter(state -> !state.digest(model).isEmpty())
                            .collect(
                                    Collectors.groupingBy(
                                            state -> state.digest(model),
                                            LinkedHashMap::new,
                                            Collectors.toUnmodifiableList()));
            return byDigest.entrySet().stream()
                    .map(of -> new Content(of.getKey(), of.getValue(), newest(model, of)))
                    .sorted(
                            Comparator.<Content>comparingInt(content -> -content.votes(before))
                                    .thenComparing(content -> !content.digest.equals(before))
                                    .thenComparing(Content::newest, Comparator.reverseOrder()))
                    .toList();
        }

        private static Instant newest(ModelName model, Map.Entry<?, List<ServerState>> holders) {
            return holders.getValue().stream()
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

        /** Whether the server has this content, or may have it. */
        boolean mayBeOn(ServerState state, ModelName model) {
            String own = state.digest(model);
            return own.isEmpty() || own.equals(digest);
        }

        private String servers() {
            String shown =
                    holders.stream()
                            .limit(SHOWN_SERVERS)
                            .map(state -> state.server().toString())
                            .collect(Collectors.joining(", "));
            int more = holders.size() - SHOWN_SERVERS;
            return more > 0 ? shown + " and " + more + " more" : shown;
        }

        String shortened() {
            return shortened(digest);
        }

        /** As people are shown it: the first twelve digits. */
        public static String shortened(String digest) {
            String hex = digest.startsWith("sha256:") ? digest.substring(7) : digest;
            return hex.substring(0, Math.min(SHOWN_DIGITS, hex.length()));
        }
    }

    /** Tells of each change in what differs from server to server, once. Confined to its fleet. */
    static final class Log {
        private static final Logger LOG = Logger.getLogger(Drift.class);

        private Map<ModelName, List<String>> told = Map.of();

        record News(Logger.Level level, String text) {}

        /** Looks at a snapshot after a change. */
        void look(FleetSnapshot fleet) {
            news(fleet).forEach(news -> LOG.log(news.level, news.text));
        }

        /** Nothing while servers that were never asked may agree. */
        List<News> news(FleetSnapshot fleet) {
            if (!fleet.settled()) {
                return List.of();
            }
            Map<ModelName, List<String>> before = told;
            Map<ModelName, List<String>> now = new HashMap<>();
            fleet.drifts().forEach((model, drift) -> now.put(model, drift.digests()));
            told = now;
            Stream<News> changed =
                    fleet.drifts().values().stream()
                            .filter(drift -> !drift.digests().equals(before.get(drift.model())))
                            .map(drift -> new News(Logger.Level.WARN, drift.text()));
            Stream<News> over =
                    before.keySet().stream()
                            .filter(model -> !now.containsKey(model))
                            .map(model -> model + " is the same everywhere again")
                            .map(text -> new News(Logger.Level.INFO, text));
            return Stream.concat(changed, over).toList();
        }
    }
}
