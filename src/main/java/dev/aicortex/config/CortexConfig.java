package dev.aicortex.config;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Everything under {@code cortex.}. */
@ConfigMapping(prefix = "cortex")
public interface CortexConfig {
    /** The Ollama servers, as URLs; the order breaks ties between equally good ones. */
    Optional<List<String>> servers();

    /** Fronts a simulated fleet of three servers instead of real ones, to try things out. */
    @WithDefault("false")
    boolean demo();

    /** How long opening a connection to a server may take. */
    @WithDefault("2s")
    Duration connectTimeout();

    /**
     * How long a server may take until the first byte of its answer, loading the model included.
     */
    @WithDefault("300s")
    Duration firstByteTimeout();

    /** How long a server may be silent in the middle of an answer. */
    @WithDefault("30s")
    Duration idleTimeout();

    /** How long a request may look for its first byte, over all servers that are tried. */
    @WithDefault("600s")
    Duration failoverDeadline();

    /** The largest request body that is accepted. */
    @WithDefault("100M")
    MemorySize maxBody();

    /**
     * The part of a request body that is kept in memory; what is longer goes to a temporary file.
     */
    @WithDefault("1M")
    MemorySize bodyInMemory();

    /** Probes of the servers. */
    Health health();

    /** The circuit breaker of each server. */
    Breaker breaker();

    /** The catalogue of model families. */
    Catalogue catalogue();

    /** Probes: is a server there, and which models does it hold? */
    interface Health {
        /** How long the answer of a healthy server to a probe counts. */
        @WithDefault("60s")
        Duration ttl();

        /** How long a server may take to answer a probe. */
        @WithDefault("5s")
        Duration timeout();

        /** How often a server that is down is probed again. */
        @WithDefault("5s")
        Duration recoveryInterval();
    }

    /** When requests stop going to a server that keeps failing. */
    interface Breaker {
        /** How many of a server's last requests are looked at. */
        @WithDefault("6")
        int window();

        /** The share of them that must have failed for the breaker to open, 0 to 1. */
        @WithDefault("0.5")
        double failureRatio();

        /** How long an open breaker waits before it lets one request try. */
        @WithDefault("10s")
        Duration delay();
    }

    /** What is known about models, kept as files. */
    interface Catalogue {
        /** The directory, on a volume that lasts, that holds the catalogue's files. */
        @WithDefault("./data/catalogue")
        Path dir();
    }
}
