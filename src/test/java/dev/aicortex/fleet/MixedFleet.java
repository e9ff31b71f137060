package dev.aicortex.fleet;

import dev.aicortex.fleet.observed.Typical;
import dev.aicortex.model.ModelName;
import dev.aicortex.ollama.TagList;
import dev.aicortex.testing.TestConfig;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Snapshots written as what each server has of one model: {@code old}, {@code new}, {@code -old} on
 * one that is down, {@code ?old} on one that was never asked, {@code none} without a digest. What
 * begins with {@code new} was pulled later.
 */
final class MixedFleet {
    static final ModelName MODEL = ModelName.of("m:1b");

    private final Pools.Rules rules;
    private final Map<String, String> keys;
    private final Map<Integer, Server> servers = new HashMap<>();

    MixedFleet(Map<String, String> keys) {
        this.keys = keys;
        this.rules = Pools.Rules.of(TestConfig.of(keys).routing());
    }

    /** The fleet after {@code before}, if there was one. */
    FleetSnapshot after(FleetSnapshot before, String contents) {
        return FleetSnapshot.of(states(contents), before, rules);
    }

    FleetSnapshot now(String contents) {
        return FleetSnapshot.of(states(contents), null, rules);
    }

    private List<ServerState> states(String contents) {
        List<ServerState> states = new ArrayList<>();
        for (String content : contents.split(" ")) {
            states.add(state(server(states.size()), content));
        }
        return states;
    }

    Server server(int position) {
        return servers.computeIfAbsent(
                position,
                _ -> FleetFixtures.server(position, Clock.systemUTC(), new Typical(), keys));
    }

    private static ServerState state(Server server, String content) {
        String digest = content.replaceAll("[-?]", "");
        String time = digest.startsWith("new") ? "2026-11-02T10:00:00Z" : "2026-11-01T10:00:00Z";
        TagList.Tag tag =
                new TagList.Tag(
                        "m:1b",
                        "m:1b",
                        time,
                        1,
                        digest.equals("none") ? null : digest,
                        null,
                        null,
                        null);
        return new ServerState(server, health(content), "", Map.of(MODEL, tag), List.of());
    }

    private static Health health(String content) {
        return switch (content.charAt(0)) {
            case '-' -> new Health.Down(Instant.EPOCH, "connection refused");
            case '?' -> new Health.Unknown();
            default -> new Health.Up(Instant.EPOCH);
        };
    }
}
