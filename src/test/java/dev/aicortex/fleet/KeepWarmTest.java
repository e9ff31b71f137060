package dev.aicortex.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aicortex.model.ModelName;
import dev.aicortex.ollama.RunningModel;
import dev.aicortex.ollama.TagList;
import dev.aicortex.routing.KeepWarm;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class KeepWarmTest {
    private static final ModelName NAME = ModelName.of("m:1b");
    private static final Instant NOW = Instant.parse("2026-11-25T12:00:00Z");
    private static final String LATER = "2026-11-25T13:05:00+01:00";
    private static final String SOON = "2026-11-25T13:02:00.123456789+01:00";

    private final List<ServerState> states = new ArrayList<>();

    private void server(RunningModel... running) {
        server(new Health.Up(Instant.EPOCH), running);
    }

    private void server(Health health, RunningModel... running) {
        TagList.Tag tag = new TagList.Tag("m:1b", "m:1b", null, 1_000, "d", null, null, null);
        Server server = FleetFixtures.server(states.size());
        states.add(new ServerState(server, health, "", Map.of(NAME, tag), List.of(running)));
    }

    private static RunningModel running(String digest, String expires) {
        return new RunningModel("m", "m", 1, digest, null, expires, 1, 4_096);
    }

    private KeepWarm plan(int servers) {
        return KeepWarm.of(Pool.of(NAME, states), servers, NOW, _ -> true);
    }

    @Test
    void whatWouldSoonLeaveIsAskedFor() {
        server(running("d", SOON));
        server(running("d", LATER));
        assertThat(plan(2)).isEqualTo(new KeepWarm(List.of(0), List.of()));
    }

    @Test
    void moreThanAreWantedAreLeftToThemselves() {
        server(running("d", SOON));
        server(running("d", SOON));
        assertThat(plan(1)).isEqualTo(new KeepWarm(List.of(0), List.of()));
    }

    @Test
    void whatIsMissingIsLoadedWhereMostRoomIs() {
        server(running("x", LATER), running("y", LATER));
        server(running("x", LATER));
        server(running("d", LATER));
        server();
        assertThat(plan(3)).isEqualTo(new KeepWarm(List.of(), List.of(3, 1)));
    }

    @Test
    void serversThatAreDownOrDrainingAreLeftOut() {
        server(new Health.Down(Instant.EPOCH, "gone"));
        server();
        states.get(1).server().drain(true);
        server();
        assertThat(plan(2)).isEqualTo(new KeepWarm(List.of(), List.of(2)));
    }

    @Test
    void aTimeThatCannotBeReadIsSoon() {
        server(running("d", "some day"));
        assertThat(plan(1).touch()).containsExactly(0);
    }
}
