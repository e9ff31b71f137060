package dev.aicortex.fleet.discovery;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.jboss.logging.Logger;

/** What searches run on: they may block, and one that fails is tried again. */
final class Threads {
    private static final Logger LOG = Logger.getLogger(Threads.class);

    private Threads() {}

    static ScheduledExecutorService one(String name) {
        return Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().daemon().name(name).factory());
    }

    /** The same work; a scheduled one that throws would be the last. */
    static Runnable logged(Runnable work) {
        return () -> {
            try {
                work.run();
            } catch (RuntimeException e) {
                LOG.error("a search for servers failed in itself", e);
            }
        };
    }
}
