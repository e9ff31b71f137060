package dev.aicortex.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which servers a request may choose from. */
class PoolsTest {
    private static final String MIXED = "cortex.routing.mixed-digests";
    private static final Allow EU = new Allow(Set.of("gpu=eu"), "cortex.routing.allow.keys.alice");

    private static List<Integer> positions(Pool pool) {
        return IntStream.range(0, pool.size()).mapToObj(i -> pool.server(i).position()).toList();
    }

    private static List<Integer> of(List<ServerState> states) {
        return states.stream().map(state -> state.server().position()).toList();
    }

    private static Pools pools(FleetSnapshot fleet) {
        return fleet.pools(MixedFleet.MODEL, Allow.ALL);
    }

    @Test
    void aRequestStaysWithOneContentAndThoseThatMayHaveIt() {
        Pools pools = pools(new MixedFleet(Map.of()).now("old new old none"));
        assertThat(positions(pools.open(List.of(), ""))).containsExactly(0, 2, 3);
        assertThat(of(pools.holders())).containsExactlyInAnyOrder(0, 1, 2, 3);
    }

    @Test
    void itFallsOverOnlyWhenNobodyOfThePoolIsLeft() {
        MixedFleet fleet = new MixedFleet(Map.of());
        Pools pools = pools(fleet.now("old new old"));
        Pool first = pools.open(List.of(fleet.server(0)), "old");
        assertThat(positions(first)).containsExactly(0, 2);
        assertThat(first.fallback()).isFalse();
        fleet.server(2).drain(true);
        Pool second = pools.open(List.of(fleet.server(0)), "old");
        assertThat(positions(second)).containsExactly(1);
        assertThat(second.fallback()).isTrue();
        fleet.server(1).drain(true);
        assertThat(positions(pools.open(List.of(), ""))).containsExactly(0, 2);
    }

    @Test
    void serversThatAreDownAreNobody() {
        Pools pools = pools(new MixedFleet(Map.of()).now("-old -old -new"));
        assertThat(positions(pools.open(List.of(), ""))).containsExactly(2);
        pools = pools(new MixedFleet(Map.of()).now("-old -new new new"));
        assertThat(positions(pools.open(List.of(), ""))).containsExactly(1, 2, 3);
    }

    @Test
    void aRequestThatHasBegunStaysWhenThePoolMovesOver() {
        MixedFleet fleet = new MixedFleet(Map.of());
        FleetSnapshot before = fleet.now("old old old new");
        FleetSnapshot after = fleet.after(before, "old old new new new");
        assertThat(after.served(MixedFleet.MODEL)).isEqualTo("new");
        assertThat(positions(pools(after).open(List.of(fleet.server(0)), "old")))
                .containsExactly(0, 1);
        assertThat(positions(pools(after).open(List.of(), "old"))).containsExactly(2, 3, 4);
    }

    @ParameterizedTest
    @CsvSource({"never, 0:2", "fall-over, 0:2", "any, 0:1:2"})
    void theConfigurationMayTakeThemForOne(String mixed, String expected) {
        Pools pools = pools(new MixedFleet(Map.of(MIXED, mixed)).now("old new old"));
        assertThat(positions(pools.open(List.of(), "")))
                .isEqualTo(Stream.of(expected.split(":")).map(Integer::valueOf).toList());
    }

    @Test
    void neverMeansNever() {
        MixedFleet fleet = new MixedFleet(Map.of(MIXED, "never"));
        Pools pools = pools(fleet.now("old new old"));
        List<Server> tried = List.of(fleet.server(0), fleet.server(2));
        assertThat(positions(pools.open(tried, "old"))).containsExactly(0, 2);
        assertThat(of(pools.holders())).containsExactly(0, 2);
    }

    @Test
    void aRuleLeavesOnlyTheServersThatHaveItsLabels() {
        Map<String, String> keys =
                Map.of(
                        "cortex.server.\"http://server-0:11434\".labels",
                        "gpu=eu,tier=fast",
                        "cortex.server.\"http://server-1:11434\".labels",
                        "gpu = eu",
                        "cortex.server.\"http://server-2:11434\".labels",
                        "tier=fast");
        FleetSnapshot fleet = new MixedFleet(keys).now("old old old old");
        assertThat(of(fleet.pools(MixedFleet.MODEL, EU).holders())).containsExactly(0, 1);
        assertThat(of(fleet.pools(MixedFleet.MODEL, Allow.ALL).holders())).hasSize(4);
        Allow both = EU.and(new Allow(Set.of("tier=fast"), "x"));
        assertThat(of(fleet.pools(MixedFleet.MODEL, both).holders())).containsExactly(0);
        Allow none = EU.and(new Allow(Set.of("tier=slow"), "x"));
        assertThat(fleet.pools(MixedFleet.MODEL, none).open(List.of(), "").size()).isZero();
    }

    @Test
    void aModelsRuleHoldsForEverybody() {
        Map<String, String> keys =
                Map.of(
                        "cortex.server.\"http://server-1:11434\".labels",
                        "gpu=eu",
                        "cortex.routing.allow.models.\"M:1B\"",
                        "gpu=eu");
        FleetSnapshot fleet = new MixedFleet(keys).now("old old old");
        assertThat(positions(fleet.pool(MixedFleet.MODEL))).containsExactly(1);
        assertThat(fleet.allow(MixedFleet.MODEL).words())
                .isEqualTo("gpu=eu (cortex.routing.allow.models.M:1B)");
    }

    @Test
    void aRuleWithoutAServerOfTheServedContentIsServedTheNext() {
        Map<String, String> keys =
                Map.of("cortex.server.\"http://server-2:11434\".labels", "gpu=eu");
        FleetSnapshot fleet = new MixedFleet(keys).now("new new old");
        Pool pool = fleet.pools(MixedFleet.MODEL, EU).open(List.of(), "");
        assertThat(positions(pool)).containsExactly(2);
        assertThat(pool.fallback()).isFalse();
    }
}
