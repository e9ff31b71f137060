package dev.aicortex.model;

import java.util.List;
import java.util.ServiceLoader;
import java.util.concurrent.Callable;

/**
 * Simulated servers, which make their answers up, in the place of real ones. It is the only way
 * from the rest of the program to them, and is found as a {@link ServiceLoader} service.
 */
public interface Simulator {
    /** Servers that answer until they are closed. */
    interface RunningFleet extends AutoCloseable {
        List<ServerUrl> servers();

        @Override
        void close();
    }

    /** Starts the fleet of {@code --demo} and dev mode on loopback. */
    RunningFleet demo();

    /** The options of {@code aicortex simulate}, annotated for picocli, and what it does. */
    Callable<Integer> command();

    /** The one on the class path. */
    static Simulator load() {
        return ServiceLoader.load(Simulator.class, Simulator.class.getClassLoader())
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no simulator on the class path"));
    }
}
