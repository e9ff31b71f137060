package dev.aicortex.fleet;

import dev.aicortex.model.ModelName;
import dev.aicortex.ollama.TagList;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
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

    /** Whether the server has this content, or may have it. */
    static boolean has(ServerState state, ModelName model, String digest) {
        String own = state.digest(model);
        return own.isEmpty() || own.equals(digest);
    }

    /** Tells of each change in what differs from server to server, once. Confined to its fleet. */
    static final class Log {
        private static final Logger LOG = Logger.getLogger(Drift.class);
        private static final int SHOWN_SERVERS = 8;

        /** The digests of each model that were told of, the served one first. */
        private Map<ModelName, List<String>> told = Map.of();

        /** Something to tell. */
        record News(Logger.Level level, String text) {}

        /** Looks at a snapshot after a change. */
        void look(FleetSnapshot fleet) {
            news(fleet).forEach(news -> LOG.log(news.level, news.text));
        }

        /**
         * What has changed since the last look; nothing while servers that were never asked may
         * agree.
         */
        List<News> news(FleetSnapshot fleet) {
            if (!fleet.settled() || (told.isEmpty() && fleet.drifts().isEmpty())) {
                return List.of();
            }
            List<News> news = new ArrayList<>();
            Map<ModelName, List<String>> now = new HashMap<>();
            fleet.drifts()
                    .forEach((model, drift) -> {
                        List<String> digests = digests(drift);
                        now.put(model, digests);
                        if (!Objects.equals(digests, told.get(model))) {
                            news.add(new News(Logger.Level.WARN, text(drift)));
                        }
                    });
            told.keySet().stream()
                    .filter(model -> !now.containsKey(model))
                    .map(model ->
                            new News(Logger.Level.INFO, model + " is the same everywhere again"))
                    .forEach(news::add);
            told = now;
            return news;
        }

        private static List<String> digests(Drift drift) {
            List<String> digests = new ArrayList<>();
            digests.add(drift.served().digest());
            drift.contents().stream().skip(1).map(Content::digest).sorted().forEach(digests::add);
            return digests;
        }

        private static String text(Drift drift) {
            String start = drift.model() + " differs from server to server; served is ";
            return drift.contents().stream()
                    .map(content -> content.shortened() + " on " + servers(content))
                    .collect(Collectors.joining("; not ", start, ""));
        }

        private static String servers(Content content) {
            List<ServerState> holders = content.holders();
            String shown =
                    holders.stream()
                            .limit(SHOWN_SERVERS)
                            .map(state -> state.server().toString())
                            .collect(Collectors.joining(", "));
            int more = holders.size() - SHOWN_SERVERS;
            return more > 0 ? shown + " and " + more + " more" : shown;
        }
    }
}
