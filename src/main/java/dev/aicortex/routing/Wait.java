package dev.aicortex.routing;

import dev.aicortex.fleet.Holding;
import dev.aicortex.fleet.Server;
import dev.aicortex.fleet.ServerState;
import dev.aicortex.model.ServerUrl;
import java.util.List;

/** What a request waits for. */
public sealed interface Wait {
    /** Until its model is in memory there. */
    record Load(Holding holding) implements Wait {}

    /** For a place, behind so many. */
    record Place(int ahead) implements Wait {}

    /** Until the machine of a server is on. */
    record Wake(Server server) implements Wait {}

    /**
     * Until its model is on a server.
     *
     * @param percent of its bytes that are there
     */
    record Pull(Server server, int percent) implements Wait {}

    /** Until a server that has its model in memory begins to answer. */
    record Answer(Server server) implements Wait {}

    /**
     * As its client is told: {@code loading qwen3:32b on gpu-b, about 12 s}.
     *
     * @param model that it is for
     * @param fleet all servers: those on one host are told apart by their ports
     */
    default String words(String model, List<ServerState> fleet) {
        return switch (this) {
            case Load(Holding holding) ->
                    "loading %s on %s, about %s"
                            .formatted(
                                    model,
                                    name(holding.server(), fleet),
                                    time(holding.loadMillis(holding.server().nowMillis())));
            case Place(int ahead) -> ordinal(ahead + 1) + " in line";
            case Wake(Server server) -> "waking " + name(server, fleet);
            case Pull(Server server, int percent) ->
                    "pulling %s to %s, %d %%".formatted(model, name(server, fleet), percent);
            case Answer(Server server) -> "waiting for %s to begin".formatted(name(server, fleet));
        };
    }

    private static String name(Server server, List<ServerState> fleet) {
        ServerUrl url = server.url();
        String host = url.name();
        long there =
                fleet.stream().filter(other -> other.server().url().name().equals(host)).count();
        return there > 1 ? host + ":" + url.port() : host;
    }

    private static String time(double millis) {
        long seconds = Math.max(1, Math.round(millis / 1_000));
        return seconds < 90 ? seconds + " s" : Math.round(seconds / 60.0) + " min";
    }

    private static String ordinal(int number) {
        List<String> words =
                List.of(
                        "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth",
                        "ninth", "tenth");
        if (number <= words.size()) {
            return words.get(number - 1);
        }
        boolean teen = number % 100 / 10 == 1;
        return number
                + switch (teen ? 0 : number % 10) {
                    case 1 -> "st";
                    case 2 -> "nd";
                    case 3 -> "rd";
                    default -> "th";
                };
    }
}
