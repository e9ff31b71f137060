package dev.aicortex.routing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aicortex.fleet.FleetFixtures;
import dev.aicortex.fleet.FleetSnapshot;
import dev.aicortex.fleet.Health;
import dev.aicortex.fleet.ServerState;
import dev.aicortex.model.ModelName;
import dev.aicortex.ollama.TagList;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Where a model goes that is pulled. */
class PlacementTest {
    private static final Health UP = new Health.Up(Instant.EPOCH);
    private static final Health DOWN = new Health.Down(Instant.EPOCH, "connection refused");

    /** A server with models, each written as name, digest and gigabytes: {@code a=d1:4}. */
    record Given(Health health, List<String> models) {
        static Given up(String... models) {
            return new Given(UP, List.of(models));
        }

        static Given down(String... models) {
            return new Given(DOWN, List.of(models));
        }
    }

    private static FleetSnapshot fleet(List<Given> servers) {
        return FleetFixtures.snapshot(
                IntStream.range(0, servers.size())
                        .mapToObj(i -> state(i, servers.get(i)))
                        .toList());
    }

    private static ServerState state(int position, Given given) {
        Map<ModelName, TagList.Tag> models = new LinkedHashMap<>();
        for (String model : given.models()) {
            String[] parts = model.split("[=:]");
            models.put(ModelName.of(parts[0]), tag(parts[0], parts[1], Long.parseLong(parts[2])));
        }
        return new ServerState(
                FleetFixtures.server(position), given.health(), "", models, List.of());
    }

    private static TagList.Tag tag(String name, String digest, long size) {
        return new TagList.Tag(name, name, "", size, digest, null, null, null);
    }

    static Stream<Arguments> placements() {
        return Stream.of(
                Arguments.of(
                        "the emptiest takes a new model",
                        List.of(Given.up("a=d1:4"), Given.up("b=d2:3"), Given.up("c=d3:5")),
                        List.of(1)),
                Arguments.of(
                        "the first of equals does",
                        List.of(Given.up("a=d1:4"), Given.up(), Given.up()),
                        List.of(1)),
                Arguments.of(
                        "names of one content count once",
                        List.of(Given.up("a=d1:4", "b=d1:4", "c=d1:4"), Given.up("d=d2:5")),
                        List.of(0)),
                Arguments.of(
                        "a server that is down has no room",
                        List.of(Given.down(), Given.up("a=d1:4")),
                        List.of(1)),
                Arguments.of(
                        "all that hold it get the update",
                        List.of(Given.up("wanted=d1:9"), Given.up(), Given.up("wanted=d2:9")),
                        List.of(0, 2)),
                Arguments.of(
                        "but not those that are down",
                        List.of(Given.up("wanted=d1:9"), Given.down("wanted=d1:9")),
                        List.of(0)),
                Arguments.of(
                        "when all its holders are down another one takes it",
                        List.of(Given.down("wanted=d1:9"), Given.up("b=d2:3")),
                        List.of(1)),
                Arguments.of(
                        "nobody takes it when nobody is up", List.of(Given.down()), List.of()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("placements")
    void aPullGoesWhereItBelongs(String rule, List<Given> servers, List<Integer> expected) {
        assertThat(Placement.forPull(List.of(), fleet(servers), ModelName.of("wanted")))
                .as(rule)
                .extracting(state -> state.server().position())
                .isEqualTo(expected);
    }

    @Test
    void whoeverNamesServersGetsThem() {
        FleetSnapshot fleet = fleet(List.of(Given.up("wanted=d1:9"), Given.down(), Given.up()));
        List<ServerState> named = fleet.states().subList(1, 3);
        assertThat(Placement.forPull(named, fleet, ModelName.of("wanted"))).isEqualTo(named);
    }
}
