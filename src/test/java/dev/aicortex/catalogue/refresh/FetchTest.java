package dev.aicortex.catalogue.refresh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aicortex.catalogue.ModelServer.Status;
import dev.aicortex.model.ServerUrl;
import dev.aicortex.ollama.PlainControl;
import dev.aicortex.simulator.Fault;
import dev.aicortex.simulator.Settings;
import dev.aicortex.simulator.SimulatedFleet;
import dev.aicortex.simulator.SimulatedModel;
import dev.aicortex.simulator.SimulatedServer;
import dev.aicortex.testing.TestConfig;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The two steps that ask servers, against servers on real sockets. */
class FetchTest {
    private static final Clock CLOCK =
            Clock.fixed(Instant.parse("2026-11-22T23:59:00Z"), ZoneOffset.UTC);

    private final Vertx vertx = Vertx.vertx();
    private final PlainControl control =
            new PlainControl(TestConfig.of(Map.of("cortex.health.timeout", "5s")));
    private final List<String> warnings = new ArrayList<>();
    private SimulatedFleet fleet;

    @BeforeEach
    void start() {
        fleet =
                SimulatedFleet.start(
                        vertx,
                        3,
                        Settings.defaults()
                                .withModels(List.of(SimulatedModel.llama32()))
                                .withLoadTime(Duration.ZERO));
    }

    @AfterEach
    void stop() {
        control.close();
        fleet.close();
        vertx.close();
    }

    private List<CheckedServer> check() {
        List<ServerUrl> servers =
                fleet.urls().stream().map(url -> ServerUrl.of(url.toString())).toList();
        return new Check(control, 8, CLOCK).run(servers, Progress.NONE);
    }

    private List<FetchedServer> fetch(
            List<CheckedServer> checked, Map<String, FetchedModel.Shown> known) {
        return new Fetch(control, 8, ServerUrl::of, warnings::add)
                .run(checked, known, Progress.NONE);
    }

    private SimulatedServer server(int number) {
        return fleet.servers().get(number);
    }

    private long shows() {
        return fleet.servers().stream()
                .flatMap(server -> server.received().stream())
                .filter(request -> request.uri().equals("/api/show"))
                .count();
    }

    @Test
    void countsServersAndThenWhatTheyHoldInOne() {
        List<String> told = new ArrayList<>();
        new Fetch(control, 1, ServerUrl::of, warnings::add)
                .run(check(), Map.of(), (_, done, total) -> told.add(done + "/" + total));
        assertThat(told).containsExactly("0/3", "1/3", "2/3", "3/3", "3/4", "4/4");
    }

    @Test
    void tellsWhoAnswersAndWhyTheOthersDoNot() {
        server(0).fault(new Fault.Refuse(), Fault.Scope.ALL);
        server(1).fault(new Fault.HangBeforeHead(), Fault.Scope.ALL);
        List<CheckedServer> checked = check();
        assertThat(checked)
                .extracting(CheckedServer::status)
                .containsExactly(Status.DOWN, Status.DOWN, Status.UP);
        assertThat(checked.get(0).reason()).isEqualTo("connection refused");
        assertThat(checked.get(1).reason()).isEqualTo("no answer in time");
        assertThat(checked.get(2).day()).isEqualTo("2026-11-22");
    }

    @Test
    void asksForAContentOnceWhoeverHoldsIt() {
        List<FetchedServer> fetched = fetch(check(), Map.of());
        assertThat(shows()).isEqualTo(1);
        assertThat(fetched)
                .allSatisfy(server ->
                        assertThat(server.models().getFirst().shown().contextLength())
                                .isEqualTo(131_072));
    }

    @Test
    void asksNobodyForWhatIsKnown() {
        FetchedModel.Shown known = new FetchedModel.Shown(7, List.of("tools"), "mine");
        String digest = SimulatedModel.llama32().digest();
        List<FetchedServer> fetched = fetch(check(), Map.of(digest, known));
        assertThat(shows()).isZero();
        assertThat(fetched.getFirst().models().getFirst().shown()).isEqualTo(known);
    }

    @Test
    void aServerThatFailsAfterTheCheckIsLeftOutAndToldOf() {
        List<CheckedServer> checked = check();
        server(0).fault(new Fault.WrongModelList(), Fault.Scope.ALL);
        server(1).fault(new Fault.Garbage(), Fault.Scope.ALL);
        List<FetchedServer> fetched = fetch(checked, Map.of());
        assertThat(fetched.get(1).status()).isEqualTo(Status.DOWN);
        assertThat(fetched.get(2).models()).hasSize(1);
        assertThat(warnings).anyMatch(warning -> warning.contains("does not list its models"));
    }

    @Test
    void aNameThatNoModelHasIsNotTakenOver() {
        server(0)
                .models(
                        List.of(
                                SimulatedModel.llama32().withName("bad\n12:00:00 INFO forged"),
                                SimulatedModel.llama32()));
        List<FetchedServer> fetched = fetch(check(), Map.of());
        assertThat(fetched.getFirst().models())
                .extracting(FetchedModel::name)
                .containsExactly("llama3.2:3b");
        assertThat(warnings).hasSize(1).allMatch(warning -> !warning.contains("\n"));
    }
}
