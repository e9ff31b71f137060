package dev.aicortex.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Faults of a whole fleet. */
class FleetFaultTest {
    private final Vertx vertx = Vertx.vertx();
    private final SimulatedFleet fleet = SimulatedFleet.start(vertx, 2, Settings.defaults());

    @AfterEach
    void close() {
        fleet.close();
        vertx.close();
    }

    @Test
    void theNextRequestsMeetTheFaultWhicheverServersGetThem() throws IOException {
        fleet.fault(new Fault.Busy(), 2);
        assertThat(status(1)).isEqualTo(503);
        assertThat(status(0)).isEqualTo(503);
        assertThat(status(0)).isEqualTo(200);
        assertThat(status(1)).isEqualTo(200);
    }

    @Test
    void aHealedFleetIsWellThoughFaultsWereLeft() throws IOException {
        fleet.fault(new Fault.Busy(), 2);
        fleet.heal();
        assertThat(status(0)).isEqualTo(200);
        assertThat(status(1)).isEqualTo(200);
    }

    private int status(int server) throws IOException {
        return RawHttp.post(fleet.servers().get(server).url(), Chats.V1, Chats.whole()).status();
    }
}
