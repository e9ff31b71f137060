package dev.aicortex.simulator;

import dev.aicortex.model.ServerUrl;
import dev.aicortex.model.Simulator;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.concurrent.Callable;

/** What the rest of the program reaches of the simulator. */
public final class SimulatorService implements Simulator {
    @Override
    public RunningFleet demo() {
        Vertx own =
                Vertx.vertx(); // on the gateway's own, Quarkus waits for these listeners at its end
        SimulatedFleet fleet = SimulatedFleet.demo(own);
        return new RunningFleet() {
            @Override
            public List<ServerUrl> servers() {
                return fleet.urls().stream().map(url -> ServerUrl.of(url.toString())).toList();
            }

            @Override
            public void close() {
                fleet.close();
                own.close();
            }
        };
    }

    @Override
    public Callable<Integer> command() {
        return new SimulateOptions();
    }
}
